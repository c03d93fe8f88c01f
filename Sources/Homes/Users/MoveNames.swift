/// Which folder each home has on the old side and on the new one.
package struct MoveNames: Sendable {
    /// A home and where it goes.
    package struct Home: Sendable, Equatable {
        /// The folder on the old side. Bytes, because it need not be anybody's.
        package let folder: [UInt8]
        /// The folder on the new side.
        package let target: [UInt8]
        /// The old and the new name of its user, when they are known.
        package let user: String?
        package let newUser: String?
    }

    /// The plan for the folders that are there.
    package struct Plan: Sendable, Equatable {
        package var homes: [Home] = []
        /// Lines of the map whose user has no folder.
        package var unused: [UserMap.Line] = []
        /// Folders that the map does not name, or whose user cannot be told; they keep their name.
        package var unnamed: [String] = []
    }

    private let map: UserMap
    private let from: FolderScheme
    private let to: FolderScheme
    /// By the folder on the old side.
    private var mapped: [[UInt8]: (line: UserMap.Line, target: String)] = [:]

    /// - Parameters:
    ///   - map: which users change their name.
    ///   - from: how the old hub names folders.
    ///   - to: how the new one does.
    /// - Throws: `UserMapError` for names that give no folder or one that is no home's, or two of which give one.
    package init(map: UserMap, from: FolderScheme, to: FolderScheme) throws {
        self.map = map
        self.from = from
        self.to = to
        var faults: [UserMapFault] = []
        for line in map.lines {
            func fault(_ what: UserMapFault.What, column: Int = 1) {
                let place = UserMapFault.Place(file: map.file, line: line.number, column: column)
                faults.append(UserMapFault(what, at: place))
            }
            guard let folder = from.folderName(for: line.old) else {
                fault(.noFolder(line.old, from))
                continue
            }
            guard let target = to.folderName(for: line.new) else {
                fault(.noFolder(line.new, to), column: line.newColumn)
                continue
            }
            if !HomeFolders.isHome(Array(target.utf8)) {
                let shown = ByteText.readable(Array(target.utf8))
                fault(.reserved(folder: shown, user: line.old), column: line.newColumn)
            }
            if let first = mapped[Array(folder.utf8)] {
                fault(.sharedFolder(folder, user: line.old, line: first.line.number))
            }
            mapped[Array(folder.utf8)] = (line, target)
        }
        if !faults.isEmpty { throw UserMapError(faults) }
    }

    /// The home in a folder of the old side, with where it goes.
    package func target(ofFolder folder: [UInt8]) -> Home {
        if let (line, target) = mapped[folder] {
            return Home(folder: folder, target: Array(target.utf8), user: line.old, newUser: line.new)
        }
        let user = String(validating: folder, as: UTF8.self).flatMap(from.user(ofFolder:))
        guard from != to else { return Home(folder: folder, target: folder, user: user, newUser: user) }
        guard let user, let target = to.folderName(for: user) else {
            return Home(folder: folder, target: folder, user: nil, newUser: nil)
        }
        return Home(folder: folder, target: Array(target.utf8), user: user, newUser: user)
    }

    /// The plan for all folders.
    ///
    /// - Parameters:
    ///   - folders: those of the old side.
    ///   - isStrict: whether each must be named by the map.
    /// - Returns: the homes in the order of the folders.
    /// - Throws: `UserMapError` when two would become one folder, when one would be no home, and for folders without a line
    ///   when that is strict.
    package func plan(folders: [[UInt8]], isStrict: Bool = false) throws -> Plan {
        var plan = Plan()
        var taken: [[UInt8]: [UInt8]] = [:]
        var faults: [UserMapFault] = []
        for folder in folders {
            let home = target(ofFolder: folder)
            let shown = ByteText.readable(folder)
            if keepsItsName(home) { plan.unnamed.append(shown) }
            if mapped[folder] == nil, isStrict {
                faults.append(UserMapFault(.noLine(folder: shown, map: map.file)))
            }
            // What keeps its name is not for the schemes to judge.
            if mapped[folder] == nil, home.target != folder, !HomeFolders.isHome(home.target) {
                faults.append(UserMapFault(.reservedTarget(ByteText.readable(home.target), folder: shown)))
            }
            if let other = taken[home.target] {
                let folders = [ByteText.readable(other), shown]
                faults.append(UserMapFault(.oneTarget(ByteText.readable(home.target), folders: folders)))
            }
            taken[home.target] = folder
            plan.homes.append(home)
        }
        if !faults.isEmpty { throw UserMapError(faults) }
        let there = Set(folders)
        plan.unused = map.lines.filter { line in
            from.folderName(for: line.old).map { !there.contains(Array($0.utf8)) } ?? true
        }
        return plan
    }

    /// Whether a home stays what it is although the others are renamed.
    private func keepsItsName(_ home: Home) -> Bool {
        guard mapped[home.folder] == nil else { return false }
        return from == to ? !map.lines.isEmpty : home.user == nil
    }

    /// The folder of a user on the old side.
    package func folder(of user: String) -> String? { from.folderName(for: user) }
}
