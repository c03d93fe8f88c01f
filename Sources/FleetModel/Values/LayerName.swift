import Texts

/// What the name of a values file says.
package enum LayerName {
    /// Files with `secret` in their name are encrypted, by the convention of the layout.
    package static func isEncrypted(_ file: String) -> Bool { base(file).contains("secret") && !isJsonnet(file) }

    package static func isJsonnet(_ file: String) -> Bool { file.exact.hasSuffix(".jsonnet") }

    /// Whether a name from a Chart.yaml is a name alone, that leads nowhere else.
    package static func isPlain(_ name: String) -> Bool {
        !name.utf8.contains(UInt8(ascii: "/")) && name.utf8.first != UInt8(ascii: ".")
            && name.exact == name.printable.exact
    }

    private static func base(_ file: String) -> String { FleetPath.names(in: file).last ?? "" }
}
