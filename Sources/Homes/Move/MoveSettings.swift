/// What is moved, and how.
package struct MoveSettings: Sendable {
    package var from: String
    package var to: String
    /// The folder for journals, the lock and the last result; nil: `.hubfleet-move` in the target.
    package var state: String?
    /// The file for the receipt, where one was named.
    package var receipt: String?
    /// Old names of those to be moved; empty: all.
    package var users: [String] = []
    package var map = UserMap.empty
    package var fromScheme = FolderScheme.plain
    package var toScheme = FolderScheme.plain
    /// Whether each home must be named by the map.
    package var isStrict = false
    /// Whether folders such as `_shared` are moved too.
    package var withShared = false
    package var owner: HomeOwner?
    package var isFinal = false
    package var replaces = false
    package var isDryRun = false
    package var isVerifyOnly = false
    /// Whether the old side is elsewhere now, and what was copied from its earlier place goes on.
    package var hasMoved = false
    package var isRoot: Bool

    /// - Parameters:
    ///   - from: the folder with the homes of the old side, without links in it.
    ///   - to: the one of the new side.
    ///   - isRoot: whether owners can be set.
    package init(from: String, to: String, isRoot: Bool) {
        self.from = from
        self.to = to
        self.isRoot = isRoot
    }

    static let stateName = ".hubfleet-move"

    package var stateFolder: String { state ?? to + "/" + Self.stateName }

    /// Whether journals are only looked at.
    var isReadOnly: Bool { isDryRun || isVerifyOnly }

    /// Whether the bits that set a user or a group mean the same on both sides for all files.
    var keepsSettingIDs: Bool { isRoot && owner == nil }

    /// A file's facts as the target shall have them.
    func expected(_ source: FileFacts, ownUser: UInt32, ownGroup: UInt32) -> FileFacts {
        var facts = source
        if isRoot {
            facts.user = owner?.user ?? source.user
            facts.group = owner?.group ?? source.group
        } else {
            facts.user = ownUser
            facts.group = ownGroup
        }
        if !keepsSettingIDs { facts.mode &= 0o1777 }
        return facts
    }
}
