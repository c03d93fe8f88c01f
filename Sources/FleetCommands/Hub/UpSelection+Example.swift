import Engines
import FleetModel
import FleetTools
import Provisioning
import Releases

extension UpSelection {
    /// The production hub of the built-in example fleet, which is written into the state folder.
    static func example(state: StateFolder, context: FleetContext) async throws -> UpSelection {
        try NewFleet.refresh(state.example)
        context.output.message("No fleet here, so this is the built-in example; `hubfleet init DIR` starts your own.")
        let folder = WorkingTree(state.example)
        let fleet = try await OpenFleet(folder, runner: context.runner, kept: context.keptResults)
        // The state folder is nobody's fleet repository.
        return UpSelection(
            folder: folder, fleet: fleet, clusters: try fleet.choosing(["local/prod"]).clusters, commit: nil)
    }
}
