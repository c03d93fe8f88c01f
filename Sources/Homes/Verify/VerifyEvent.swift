/// A step of a verification, told while it runs.
package enum VerifyEvent: Sendable, Equatable {
    /// An archive is read next; `bytes` is the length of its file.
    case began(archive: String, bytes: Int64?)
    /// So many bytes of files were read just now.
    case read(bytes: Int)
}
