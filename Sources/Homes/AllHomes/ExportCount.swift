/// The count of homes that an export of all of them archived.
package struct ExportCount: Sendable, Equatable {
    /// Archives that were made.
    package private(set) var made = 0
    /// Bytes of the homes that were archived, without what could not be read.
    package private(set) var bytes: Int64 = 0
    /// Archives that were there already.
    package private(set) var present = 0
    /// Archives, new or old, that lack something of the home.
    package private(set) var incomplete = 0
    /// Homes without an archive.
    package var failed = 0

    package init() {}

    /// Whether all of all homes is archived.
    package var isGood: Bool { failed + incomplete == 0 }

    mutating func add(_ outcome: AllHomesExport.Outcome) {
        switch outcome {
        case .made(let receipt):
            made += 1
            bytes += receipt.bytes
        case .present: present += 1
        }
        if !outcome.receipt.isWhole { incomplete += 1 }
    }
}
