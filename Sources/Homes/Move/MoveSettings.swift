import FleetTools

/// The settings of a move: what is moved, and how.
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
    /// The user whom this process acts as: root sets owners.
    package var user: ProcessUser
    package var time: any TimeSource = SystemTime()

    /// - Parameters:
    ///   - from: the folder with the homes of the old side, without links in it.
    ///   - to: the one of the new side.
    ///   - user: whom this process acts as.
    package init(from: String, to: String, as user: ProcessUser) {
        self.from = from
        self.to = to
        self.user = user
    }

    static let stateName = ".hubfleet-move"

    package var stateFolder: String { state ?? to + "/" + Self.stateName }

    /// Whether journals are only looked at.
    var isReadOnly: Bool { isDryRun || isVerifyOnly }

    /// Whether the bits that set a user or a group mean the same on both sides for all files.
    var keepsSettingIDs: Bool { user.isRoot && owner == nil }

    /// A file's facts as the target shall have them.
    func expected(_ source: FileFacts) -> FileFacts {
        var facts = source
        if user.isRoot {
            facts.user = owner?.user ?? source.user
            facts.group = owner?.group ?? source.group
        } else {
            facts.user = user.user
            facts.group = user.group
        }
        if !keepsSettingIDs { facts.mode &= 0o1777 }
        return facts
    }
}
