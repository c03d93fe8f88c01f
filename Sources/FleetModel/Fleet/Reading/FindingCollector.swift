/// Gathers findings while a file is read. The rules of `cluster.yaml` all start with `cluster/`.
final class FindingCollector {
    private(set) var findings: [Finding] = []

    func report(
        _ rule: String, severity: Finding.Severity = .error, _ message: String, advice: String? = nil,
        at location: SourceLocation, related: [SourceLocation] = []
    ) {
        findings.append(
            Finding(severity, rule: "cluster/\(rule)", message, advice: advice, at: location, related: related))
    }

    func add(_ more: [Finding]) { findings += more }

    func string(_ value: Value, named name: String) -> Located<String>? {
        guard let text = value.string else {
            report(
                "type", "\(name) must be text, not \(value.kind)",
                advice: value.isScalar ? "put it in quotes" : nil, at: value.location)
            return nil
        }
        guard !text.isEmpty else {
            report("missing-key", "\(name) is empty", advice: "give it a value", at: value.location)
            return nil
        }
        return Located(text, at: value.location)
    }
}

extension Value {
    fileprivate var isScalar: Bool {
        switch content {
        case .list, .map: false
        default: true
        }
    }
}
