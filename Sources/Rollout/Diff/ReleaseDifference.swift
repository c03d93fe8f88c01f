import FleetModel
import Releases

/// What becomes of one release.
package struct ReleaseDifference: Sendable {
    package enum Outcome: Sendable, Equatable {
        /// It is rendered from the same as before, or nothing of what is rendered differs.
        case same
        case changed([ObjectDifference])
        case added([ObjectDifference])
        case removed([ObjectDifference])
        /// It cannot be compared.
        case failed(reason: String)
        /// Nothing is rendered for it.
        case notRendered(reason: String)
    }

    /// The release as it is now; one that is gone, as it was.
    package let release: Release
    package let outcome: Outcome
    /// Encrypted files that could not be opened: their cipher texts are compared, so a value that was only encrypted anew
    /// counts as changed.
    package let closed: [String]
    /// What is wrong with the files of its present state.
    package let findings: [Finding]

    /// The objects that differ.
    package var objects: [ObjectDifference] {
        switch outcome {
        case .changed(let objects), .added(let objects), .removed(let objects): objects
        case .same, .failed, .notRendered: []
        }
    }

    package var isDifferent: Bool {
        switch outcome {
        case .changed, .added, .removed: true
        case .same, .failed, .notRendered: false
        }
    }

    package var isFailed: Bool { if case .failed = outcome { true } else { false } }
}
