extension Layer {
    /// The host name that a file sets which replaces a hub's `domain`; nil when it cannot be read. Where the file is
    /// encrypted it is a secret: for asking the hub there, never for showing or writing.
    package var replacingDomain: String? {
        values["domain"]?.text.flatMap { $0.isEmpty ? nil : $0 }
    }
}
