/// One source of a hub's values.
package struct Layer: Sendable, Equatable {
    package enum Kind: String, Sendable, Codable {
        /// Values of a chart that the hub's chart depends on.
        case subchart
        /// Values of the hub's chart.
        case chart
        /// What jsonnet makes of a `.jsonnet` file of the chart, or of one that the hub lists.
        case jsonnet
        /// A values file that the hub lists.
        case file
        /// An encrypted values file.
        case encrypted
    }

    package let kind: Kind
    /// Relative to the root of the fleet repository.
    package let file: String
    /// What it sets; an empty map for an empty file.
    package let values: Value
    /// Why an encrypted file could not be decrypted; its keys are known then, its values are not.
    package let locked: String?
    /// The places of values with an anchor that an alias of the file repeats.
    package let repeated: Set<SourceLocation>
    /// The places of nulls that nobody wrote: there is nothing behind a colon.
    package let empty: Set<SourceLocation>
    /// What an encrypted file leaves readable, because its own settings for sops say so.
    package let open: Value?

    package init(
        kind: Kind, file: String, values: Value, locked: String? = nil, repeated: Set<SourceLocation> = [],
        empty: Set<SourceLocation> = [], open: Value? = nil
    ) {
        self.kind = kind
        self.file = file
        self.values = values
        self.locked = locked
        self.repeated = repeated
        self.empty = empty
        self.open = open
    }
}
