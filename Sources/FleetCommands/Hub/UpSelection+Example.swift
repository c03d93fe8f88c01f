import Engines
import FleetModel
import FleetTools
import Provisioning

extension UpSelection {
    /// The production hub of the built-in example fleet, which is written into the state folder.
    static func example(state: StateFolder, context: FleetContext) throws -> UpSelection {
        try NewFleet.refresh(state.example)
        context.output.message("No fleet here, so this is the built-in example; `hubfleet init DIR` starts your own.")
        let fleet = try FleetReader.read(root: state.example).fleet
        return UpSelection(root: state.example, clusters: try fleet.selecting(["local/prod"]))
    }
}
