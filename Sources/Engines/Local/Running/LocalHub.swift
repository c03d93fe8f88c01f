import FleetModel
import FleetTools

/// A hub that is ready to be started on this machine: it has a current revision, and its lock is held.
package struct LocalHub: Sendable {
    package let hub: Hub
    package let folder: HubFolder
    package let revision: LocalRevision
    /// The Python environment that it runs in.
    package let environment: String
    package let lock: HubLock

    /// Where people reach the hub, such as `http://127.0.0.1:8000/`.
    package var address: String { revision.address }
    /// The variables of all its processes: its own programs come first, and they are marked as its own.
    func variables(_ doors: Doors) -> [String: String?] {
        let path = doors.environment["PATH"] ?? "/usr/bin:/bin"
        return CleanEnvironment.changes(
            doors.environment, adding: [HubFolder.markVariable: folder.root, "PATH": "\(environment)/bin:\(path)"])
    }

    var log: HubLog { HubLog(path: folder.log) }

    /// A call of a script of the package `hubfleet_hub`, with nothing of the place from which `hubfleet` was called.
    func script(_ name: String, _ arguments: [String], _ doors: Doors) -> Invocation {
        let path = folder.revision(revision.revision.number).python + "/hubfleet_hub/" + name
        return Invocation(
            environment + "/bin/python", ["-I", path] + arguments, environment: variables(doors),
            workingDirectory: "/", timeLimit: .seconds(120))
    }

    func database(_ doors: Doors) -> HubDatabase {
        HubDatabase(hub: hub.id, folder: folder, doors: doors) { script("database.py", $0, doors) }
    }

    var configuration: String { folder.revision(revision.revision.number).config }

    /// Makes passwords unless the hub has some that were shown, or when new ones are wanted.
    /// - Returns: the new ones; nil when the hub keeps those that it has. They cannot be shown again.
    package func makePasswords(anew: Bool) throws -> Passwords? { try Passwords.make(in: folder, anew: anew) }

    /// Remembers that the new passwords were shown; until then each start makes new ones.
    package func rememberPasswordsWereShown() throws { try FileWriting.write("", to: folder.passwordsShown) }
}
