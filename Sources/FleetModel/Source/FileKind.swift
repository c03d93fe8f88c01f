/// What stands at a path of a fleet repository. Links are followed, so that none is left here.
package enum FileKind: Sendable, Equatable {
    /// A plain file.
    case file
    /// A folder. A repository inside the repository is an empty one.
    case folder
    /// Nothing, also at the end of a link.
    case missing
    /// Something outside of the fleet, by a link or by the path itself.
    case outside
    /// A pipe, a device, or what cannot be looked at.
    case other

    /// Larger files are no configuration: 32 MiB, in bytes.
    package static let largest = 32 << 20
}
