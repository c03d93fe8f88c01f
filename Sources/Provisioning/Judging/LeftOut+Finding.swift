import FleetModel
import Texts

extension LeftOut {
    private static let most = 200

    /// What people are told of it.
    var finding: Finding {
        let shown = files.prefix(Self.most).map(\.printable).joined(separator: ", ")
        let more = files.count > Self.most ? " and \(files.count - Self.most) more" : ""
        let list = files.isEmpty ? "" : ": \(shown)\(more)"
        let message: String
        let advice: String?
        switch reason {
        case .replacedChart(let name):
            let count = files.count == 1 ? "one file is" : "\(files.count) files are"
            message = "\(count) left out, because Hubfleet's chart \(name.printable) takes the place of this one\(list)"
            advice = nil
        case .link:
            message = "this is left out, because it is a link"
            advice = "copy what it leads to, if the fleet needs it"
        case .unreadable:
            message = "this is left out, because it is no plain file, or cannot be read"
            advice = nil
        case .notConfiguration:
            message = "this is left out, because it is neither configuration nor a chart\(list)"
            advice = "copy it, if you still need it"
        }
        return Finding(.note, rule: "import/left-out", message, advice: advice, at: SourceLocation(file: path))
    }
}
