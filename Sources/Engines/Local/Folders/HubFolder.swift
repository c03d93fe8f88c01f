import Crypto
import FleetModel
import FleetTools
import Foundation
import Texts

/// Where Hubfleet keeps what hubs on this machine need and make.
package struct StateFolder: Sendable, Equatable {
    /// Absolute.
    package let path: String

    package init(path: String) {
        self.path = URL(filePath: path, directoryHint: .isDirectory).standardizedFileURL.path
    }

    /// `HUBFLEET_STATE`, or the place that the system has for such things: `/var/lib/hubfleet` for root, else below
    /// `XDG_STATE_HOME` or `~/.local/state`.
    package static func standard(environment: [String: String], isRoot: Bool) -> StateFolder {
        if let path = environment["HUBFLEET_STATE"], !path.isEmpty { return StateFolder(path: path) }
        if isRoot { return StateFolder(path: "/var/lib/hubfleet") }
        return StateFolder(path: UserFolders(environment: environment).state + "/hubfleet")
    }

    /// Python environments, one per pinned requirements file.
    var environments: String { path + "/environments" }
    /// What uv and pip have downloaded.
    var caches: String { path + "/caches" }
    /// Where the built-in example fleet is written.
    package var example: String { path + "/example" }

    /// The folder of one hub. Fleets with the same folder name get different ones, because the whole path counts.
    package func folder(of hub: Hub, fleetRoot: String) -> HubFolder {
        let fleet = URL(filePath: fleetRoot, directoryHint: .isDirectory).standardizedFileURL
        let digest = SHA256.hash(data: Data(fleet.path.utf8)).hexadecimal.prefix(8)
        // The path becomes part of a database address, in which ? and # mean something.
        let name = fleet.lastPathComponent.map {
            $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_"
        }
        return HubFolder(root: "\(path)/fleets/\(String(name))-\(digest)/\(hub.id)")
    }

    /// The folders of hubs that were deployed, by the name of their fleet, their cluster and their own.
    var hubs: String { path + "/hubs" }

    /// The place of a hub that was deployed: its folder, or a link to the folder that it had before. It is the same for every
    /// checkout of the fleet.
    func place(of hub: String, fleet: String) -> String { "\(hubs)/\(fleet)/\(hub)" }

    /// The folder of a hub that was deployed; nil when it was not.
    package func deployed(_ hub: String, fleet: String) -> HubFolder? {
        let place = place(of: hub, fleet: fleet)
        guard FileManager.default.fileExists(atPath: place) else { return nil }
        return HubFolder(root: RealPath.of(place))
    }

    /// Makes a folder in it, and those above up to itself. Other accounts pass through all of them where servers have
    /// accounts of their own, else none.
    /// - Throws: `FileError`, with the reason of the system.
    func makeFolder(_ folder: String, separateAccounts: Bool) throws {
        let permissions = separateAccounts ? 0o755 : 0o700
        var place = path
        try FileWriting.makeFolder(place, permissions: permissions)
        for name in FleetPath.names(in: folder.exact.without(prefix: path.exact)?.text ?? folder) {
            place += "/\(name)"
            try FileWriting.makeFolder(place, permissions: permissions)
        }
    }

    /// Whether addresses and configuration files can name the path without escapes.
    var isPlain: Bool { path.exact == path.printable.exact && !path.contains { "?#%\"\\".contains($0) } }

    /// The nearest part of the path that other accounts cannot pass, if there is one. Servers that run under accounts of
    /// their own have to get through.
    package func closedParent() -> String? { Self.closedPart(of: path) }

    /// The nearest part of a path that other accounts cannot pass or, if it is a file, read; nil: they can.
    static func closedPart(of path: String) -> String? {
        var place = URL(filePath: path)
        while place.path != "/" {
            let facts = try? FileManager.default.attributesOfItem(atPath: place.path)
            let needed = facts?[.type] as? FileAttributeType == .typeRegular ? 0o004 : 0o001
            if let mode = facts?[.posixPermissions] as? Int, mode & needed == 0 { return place.path }
            place = place.deletingLastPathComponent()
        }
        return nil
    }

    /// Whether the file system that a path is on, or will be on, runs no programs.
    static func forbidsPrograms(_ path: String) -> Bool {
        var place = URL(filePath: path)
        while place.path != "/", !FileManager.default.fileExists(atPath: place.path) { place.deleteLastPathComponent() }
        var status = statvfs()
        // ST_NOEXEC of Linux, which POSIX does not name.
        return statvfs(place.path, &status) == 0 && status.f_flag & 8 != 0
    }
}

/// The folder of one hub on this machine: the revisions of its configuration, its database, log and homes.
package struct HubFolder: Sendable, Equatable {
    /// The variable that marks every process of a hub; its value is `root`.
    package static let markVariable = "HUBFLEET_HUB"
    /// The variable that names what runs beside the hub, such as its proxy: the hub and its servers have none.
    static let partVariable = "HUBFLEET_PART"
    /// The variable that names the folder of the revision that a hub runs with.
    static let revisionVariable = "HUBFLEET_REVISION"

    /// Absolute.
    package let root: String

    package init(root: String) {
        self.root = root
    }

    package func path(_ name: String) -> String { "\(root)/\(name)" }
    /// The configuration that the hub starts with, for people who look for it.
    package var config: String { current + "/" + RevisionFolder.configName }
    /// The revisions of the configuration.
    var revisions: String { path("revisions") }
    /// A link to the revision that the hub starts with.
    var current: String { path("current") }

    /// The folder of a revision; they are counted from 1 on.
    package func revision(_ number: Int) -> RevisionFolder { RevisionFolder(hub: self, number: number) }

    package var log: String { path("hub.log") }
    package var homes: String { path("homes") }
    /// What the service keeps that lets users download their homes.
    package var downloads: String { path("downloads") }
    /// Archives of all homes, which an administrator asks for.
    package var exports: String { path("exports") }
    package var passwordFile: String { path("passwords.json") }
    /// Made when the passwords were shown.
    package var passwordsShown: String { path("passwords.shown") }
    package var serviceTokens: String { path("service_tokens.json") }
    package var state: String { path("state.json") }
    package var lock: String { path("lock") }
    /// Held by whoever changes what the hub shall run with.
    var changeLock: String { path("change.lock") }
    /// Held for the moment in which the state file is written.
    var stateLock: String { path("state.lock") }
    /// What the keeper shall do with the hub, and what it has done; neither is there for a hub that was never deployed.
    var wish: String { path("wish.json") }
    var report: String { path("keeper.json") }
    /// The settings of the proxy, and its routes, which the hub writes.
    var proxySettings: String { path("traefik.toml") }
    var routes: String { path("routes.toml") }
    var database: String { path("jupyterhub.sqlite") }
    /// What signs the cookies of people who are logged in.
    var cookieSecret: String { path("cookie_secret") }

    /// The number of the group of administrators; users' accounts have the numbers after it. Each hub has a range of its
    /// own, 10,000 wide, found from its path, so that users of one hub are strangers to the files of another.
    package var administratorsGroup: Int {
        let bytes = Array(SHA256.hash(data: Data(root.utf8)).prefix(4))
        let number = bytes.reduce(0) { $0 << 8 | Int($1) }
        return 700_000 + number % 100_000 * 10_000
    }
}
