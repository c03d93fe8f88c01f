/// A thing of a home that does not come into the archive as it is, and why.
package struct HomeProblem: Sendable, Equatable {
    /// The reason why a thing does not come along; manifests and receipts have its name.
    package enum Reason: String, Sendable, CaseIterable {
        case unreadable
        /// A fifo, a socket or a device: there is nothing in it to keep.
        case special
        /// Its path does not fit into an archive.
        case pathTooLong
        /// A file was gone, or something else, when it was to be read.
        case vanished
        /// A file was longer or shorter, or was written to, while it was read.
        case changed
        /// A file belongs to somebody else, and only an administrator could read it.
        case foreign
        /// With it, the sizes of all files would be more than anybody can store.
        case tooLarge
    }

    package let path: [UInt8]
    package let reason: Reason

    package init(path: [UInt8], reason: Reason) {
        self.path = path
        self.reason = reason
    }

    /// The path for people.
    package var shownPath: String { path.isEmpty ? "." : ByteText.readable(path) }

    /// The problem in words, for people.
    package var explanation: String {
        switch reason {
        case .unreadable: "left out, because it cannot be read"
        case .special: "left out, because it is a fifo, a socket or a device"
        case .vanished: "gone while the archive was made"
        case .pathTooLong: "left out with all that is in it, because its path is too long for archives"
        case .changed: "changed while the archive was made; the manifest says so"
        case .foreign: "left out, because it belongs to somebody else"
        case .tooLarge: "left out, because nobody can store files of such a size"
        }
    }
}
