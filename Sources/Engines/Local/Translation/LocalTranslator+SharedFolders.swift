import FleetModel
import Texts

extension LocalTranslator {
    /// Folders of the home store that users see inside their homes, such as `shared`.
    mutating func addSharedFolders() {
        begin("Folders that users share")
        for path in [StorageFacts.mountsPath, StorageFacts.administratorMountsPath] { _ = take(path: path) }
        var folders = sharedFolders(facts.storage.mounts, forAdministrators: false)
        let special = sharedFolders(facts.storage.administratorMounts, forAdministrators: true)
        folders.literals += special.literals
        guard let place = folders.place ?? special.place, !folders.literals.isEmpty else { return }
        set("c.LocalSpawner.shared_folders", .list(folders.literals), from: "\(place)")
        if !context.separateAccounts {
            // No place: it is this machine's doing, whoever asks for the folder.
            limit("write protection of shared folders", "all servers run as you; as root, each has an account")
        }
    }

    private mutating func sharedFolders(
        _ mounts: [StorageFacts.Mount], forAdministrators: Bool
    ) -> (literals: [PythonLiteral], place: SourceLocation?) {
        let home = "/home/jovyan/"
        var literals: [PythonLiteral] = []
        var place: SourceLocation?
        for mount in mounts {
            guard mount.volume == "home", let target = mount.path, target.exact.hasPrefix(home.exact),
                let folder = mount.folder,
                !folder.contains("{")
            else { continue }
            let parts = (target.exact.without(prefix: home.exact) ?? "").split(at: "/").filter { !$0.isEmpty }
            guard !parts.isEmpty, !parts.contains(".."), !parts.contains("."), target.exact == target.printable.exact
            else {
                limit("shared folder \(target.printable)", "it has no place in a home", at: mount.place)
                continue
            }
            place = mount.place
            // Names of homes never start with an underscore, so a shared folder can never be one.
            let name = "_" + String(folder.drop { $0 == "_" }).exact.split(at: "/").map(\.text).joined(separator: "_")
            var literal: [(key: String, value: PythonLiteral)] = [
                ("path", .string(parts.map(\.text).joined(separator: "/"))), ("folder", .string(name)),
                ("access", .string(mount.isReadOnly ? "read" : "write")),
            ]
            if forAdministrators { literal.append(("administrators_only", .bool(true))) }
            literals.append(.dictionary(literal))
        }
        return (literals, place)
    }
}
