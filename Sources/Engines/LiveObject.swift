/// Something that there is of a hub just now.
package struct LiveObject: Sendable, Equatable {
    package enum Kind: String, Sendable { case process, port, folder }

    package let kind: Kind
    /// Such as the number of a process or a port, or the path of a folder.
    package let name: String
    /// What it is for, such as `server of ann`.
    package let purpose: String

    package init(_ kind: Kind, _ name: String, purpose: String) {
        self.kind = kind
        self.name = name
        self.purpose = purpose
    }
}
