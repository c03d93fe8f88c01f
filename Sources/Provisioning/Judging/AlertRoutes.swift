import FleetModel
import Texts

/// Whom a release's Alertmanager tells of alerts.
struct AlertRoutes {
    /// The receivers that a route leads to and that reach somebody, with their places, by name.
    let receivers: [ExactText: SourceLocation]

    /// - Parameter values: all of a release; Alertmanager's stand below `alertmanager` of any chart in it.
    init(_ values: Value) {
        var receivers: [ExactText: SourceLocation] = [:]
        for alertmanager in Self.alertmanagers(in: values, depth: 0) where alertmanager["enabled"]?.bool != false {
            guard let config = alertmanager["config"] else { continue }
            let routed = Self.names(in: config["route"])
            for receiver in config["receivers"]?.list ?? [] {
                // A name that is a secret cannot be compared.
                let name = (receiver["name"]?.string ?? Secret.mask).exact
                let reaches = receiver.pairs.contains { $0.key.exact.hasSuffix("_configs") && $0.value.ifSet != nil }
                if reaches, routed.contains(name) || routed.contains(Secret.mask.exact) {
                    receivers[name] = receiver.location
                }
            }
        }
        self.receivers = receivers
    }

    /// Charts are nested to some depth only.
    private static let deepest = 4

    private static func alertmanagers(in value: Value, depth: Int) -> [Value] {
        guard depth < deepest else { return [] }
        return value.pairs.flatMap { key, _, below in
            key == "alertmanager" ? [below] : alertmanagers(in: below, depth: depth + 1)
        }
    }

    private static func names(in route: Value?) -> Set<ExactText> {
        guard let route, route.map != nil else { return [] }
        var names: Set<ExactText> = []
        if let receiver = route["receiver"] { names.insert((receiver.string ?? Secret.mask).exact) }
        return (route["routes"]?.list ?? []).reduce(names) { $0.union(Self.names(in: $1)) }
    }
}

/// Alerts that reached somebody from the source and reach nobody from the new fleet. They are errors until somebody says
/// that it is meant so.
struct LostAlerts {
    static let rule = "import/alerts"
    private static let advice =
        "write receivers and route into prometheus.alertmanager of the cluster's support values, or say why alerts may "
        + "go nowhere: --without-alerts REASON, or clusters.NAME.without_alerts in fleet.yaml"

    private let policy: FleetPolicy
    private let reason: String?

    /// - Parameters:
    ///   - policy: that of the source, which may say that a cluster is without alerts.
    ///   - reason: why all of them may be; nil when nobody says so.
    init(_ policy: FleetPolicy, reason: String?) {
        self.policy = policy
        self.reason = reason
    }

    /// What became of the routes in values.
    func findings(_ pair: ReleasePair) -> [Finding] {
        let kept = AlertRoutes(pair.new.merged).receivers
        return AlertRoutes(pair.old.merged).receivers.filter { kept[$0.key] == nil }.map { name, place in
            finding("the alerts for \(name.text.printable) go nowhere now", of: pair.before, at: place)
        }
    }

    /// An error; a note where somebody said why.
    func finding(_ message: String, of release: Release, at place: SourceLocation) -> Finding {
        guard let why = reason ?? policy.cluster(release.cluster.name.value)?.withoutAlerts.value else {
            return Finding(rule: Self.rule, message, advice: Self.advice, at: place)
        }
        return Finding(.note, rule: Self.rule, "\(message), as was said: \(why.printable)", at: place)
    }
}
