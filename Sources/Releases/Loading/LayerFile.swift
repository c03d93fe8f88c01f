import FleetModel

/// A file that values come from.
package struct LayerFile: Sendable {
    /// Where it is read from: the fleet, or an archive of a chart that was unpacked.
    package let source: any FleetSource
    /// Its path there.
    package let path: String
    /// As people see it: relative to the root of the fleet repository.
    package let shown: String
    /// What tells it from others: the bytes of `shown`, because two names can be the same text.
    var key: [UInt8] { Array(shown.utf8) }
    /// Where it is listed, if it is.
    package let listedAt: SourceLocation?

    /// A file; without `shown` one of the fleet itself, which is shown by its path.
    package init(in source: any FleetSource, _ path: String, shown: String? = nil, listedAt: SourceLocation? = nil) {
        self.source = source
        self.path = path
        self.shown = shown ?? path
        self.listedAt = listedAt
    }
}
