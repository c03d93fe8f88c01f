import ArgumentParser
import Engines
import FleetModel
import FleetTools
import Foundation
import Texts

/// Where environments, homes and logs of this machine's hubs are kept.
struct StateFolderOptions: ParsableArguments {
    @Option(
        help: "Where environments, homes and logs are kept; default: HUBFLEET_STATE, or the system's place.",
        completion: .directory)
    var stateDir: String?

    func folder(in context: FleetContext) -> StateFolder {
        stateDir.map { StateFolder(path: context.url($0).path) }
            ?? .standard(environment: context.environment, isRoot: context.isRoot)
    }

    /// The hubs of this machine that were deployed and that the selectors choose; all without one.
    /// - Throws: `SelectionError`.
    func keptHubs(_ selectors: [String], in context: FleetContext) throws -> [KeptHub] {
        let all = folder(in: context).keptHubs
        let wanted = try selectors.map { text in
            guard let selector = Selector(text) else { throw SelectionError.malformed(text) }
            return (text, selector)
        }
        for (text, selector) in wanted where !all.contains(where: { selector.matches(id: $0.id) }) {
            throw SelectionError.noMatch(
                text,
                advice: all.isEmpty
                    ? "no hub was deployed on this machine; `hubfleet deploy CLUSTER/HUB` does it"
                    : "`hubfleet status` shows those that were deployed on this machine")
        }
        return wanted.isEmpty ? all : all.filter { hub in wanted.contains { $0.1.matches(id: hub.id) } }
    }

    /// The one hub that a name means.
    /// - Throws: `SelectionError`, or `ValidationError` when there are several.
    func keptHub(_ name: String, in context: FleetContext) throws -> KeptHub {
        let hubs = try keptHubs([name], in: context)
        guard hubs.count == 1, let hub = hubs.first else {
            let fleets = Set(hubs.map(\.fleet.exact))
            throw ValidationError(
                fleets.count > 1
                    ? "\"\(name.printable)\" is in several fleets of this machine; name the state folder of one with "
                        + "--state-dir"
                    : "\"\(name.printable)\" is not one hub; write CLUSTER/HUB")
        }
        return hub
    }
}
