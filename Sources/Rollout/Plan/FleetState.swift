import FleetModel
import FleetTools
import Releases

/// A state of a fleet that a plan compares.
package struct FleetState: Sendable {
    package let name: StateName
    package let fleet: OpenFleet
    let inputs: ReleaseInputsReader
    let encrypted: EncryptedLayers

    init(_ state: FleetSources.State, runner: any CommandRunner, kept: KeptResults?, earlier: FleetState? = nil)
        async throws
    {
        name = state.name
        // A plan opens the encrypted files that changed, and no other.
        fleet = try await OpenFleet(
            state.source, runner: runner, opensEncryptedFiles: false, earlier: earlier?.fleet, kept: kept)
        inputs = ReleaseInputsReader(state.source)
        encrypted = EncryptedLayers(state.source, runner: runner, earlier: earlier?.encrypted)
    }
}

/// The two states that a plan compares.
package struct FleetStates: Sendable {
    package let before: FleetState
    package let after: FleetState

    /// Opens both. Each file that is the same in both is read once.
    ///
    /// - Parameters:
    ///   - sources: the files of both.
    ///   - runner: runs what computes and opens values.
    ///   - kept: results of earlier runs; nil when none are kept.
    /// - Throws: `FleetSourceError`, or `CommandError`.
    package init(_ sources: FleetSources, runner: any CommandRunner, kept: KeptResults? = nil) async throws {
        before = try await FleetState(sources.before, runner: runner, kept: kept)
        after = try await FleetState(sources.after, runner: runner, kept: kept, earlier: before)
    }
}
