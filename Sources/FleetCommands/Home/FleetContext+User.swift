import FleetTools
import Homes

extension FleetContext {
    /// The user whom commands about homes act as.
    var user: ProcessUser { ProcessUser(isRoot: doors.isRoot) }
}
