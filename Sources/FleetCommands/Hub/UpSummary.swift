import Engines
import FleetModel
import Texts

/// What `up` prints when hubs are ready: addresses, accounts, places.
struct UpSummary: Encodable {
    struct HubEntry: Encodable {
        struct LimitEntry: Encodable { let what: String, why: String, place: String? }

        let id: String
        let name: String
        let url: String
        /// The same for programs that do not know names below `localhost`.
        let address: String
        let administrators: [String]
        /// Only right after they were made.
        let administratorsPassword: String?
        let usersPassword: String?
        let homes: String
        let log: String
        let configuration: String
        let environment: String
        let limits: [LimitEntry]
    }

    let hubs: [HubEntry]

    /// `newPasswords` are those that were made just now, by the name of the hub.
    init(_ hubs: [LocalHub], newPasswords: [ExactText: Passwords]) {
        self.hubs = hubs.map { hub in
            let limits = hub.revision.limits.map { limit in
                HubEntry.LimitEntry(what: limit.what, why: limit.why, place: limit.place?.description)
            }
            return HubEntry(
                id: hub.hub.id, name: hub.hub.title, url: hub.address, address: hub.revision.plainAddress,
                administrators: hub.revision.administrators,
                administratorsPassword: newPasswords[hub.hub.id.exact]?.administrators,
                usersPassword: newPasswords[hub.hub.id.exact]?.users,
                homes: hub.folder.homes, log: hub.folder.log, configuration: hub.folder.config,
                environment: hub.environment, limits: limits)
        }
    }

    var text: String { hubs.map(text).joined(separator: "\n") + "\nCtrl-C stops." }

    private func text(_ hub: HubEntry) -> String {
        var facts = FactSheet()
        facts.add("  open", hub.url)
        if let administrators = hub.administratorsPassword, let users = hub.usersPassword {
            facts.add("  administrators", "\(names(hub.administrators)), password \(administrators)")
            facts.add("  users", "any other name, password \(users)")
            facts.add("", "(shown this once; `up --new-passwords` makes new ones)")
        } else {
            facts.add("  administrators", "\(names(hub.administrators)), password as shown at the first run")
            facts.add("  users", "any other name; `up --new-passwords` makes new passwords")
        }
        facts.add("  homes", hub.homes)
        facts.add("  log", hub.log)
        facts.add("  configuration", hub.configuration)
        let title = hub.name == hub.id ? hub.id : "\(hub.name) (\(hub.id))"
        return "\n\(title)\n\(facts.text)"
    }

    private func names(_ names: [String]) -> String {
        names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
    }

    /// What this machine does otherwise than the hub's values say; nil when it is nothing. What only the chart's own
    /// defaults say is the same for all hubs, and is counted.
    static func limits(of hub: LocalHub) -> String? {
        let limits = hub.revision.limits
        let own = limits.filter { $0.place?.file.hasPrefix(Charts.folder + "/") != true }
        guard !limits.isEmpty else { return nil }
        var table = Table("WHAT", "ON THIS MACHINE", "SET IN")
        for limit in own { table.add(limit.what, limit.why, limit.place?.short ?? "") }
        let others = limits.count - own.count
        let rest =
            others == 0
            ? "" : "\(others) more of the chart's own settings mean nothing here (--format json lists them).\n"
        return "\n\(hub.hub.id) on one machine:\n\(own.isEmpty ? "" : table.text + "\n")\(rest)"
    }
}

extension SourceLocation {
    /// The file's own name and the line: the folder is the same for most rows.
    fileprivate var short: String { "\(file.split(separator: "/").last ?? ""):\(line)" }
}
