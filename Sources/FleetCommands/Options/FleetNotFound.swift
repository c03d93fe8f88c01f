/// Why a command has no fleet to work on.
package struct FleetNotFound: Error, Equatable, CustomStringConvertible {
    let folder: String
    let isChosen: Bool

    package var description: String {
        let place = isChosen ? folder : "\(folder) and the folders above it"
        return "no fleet repository in \(place): there is neither fleet.yaml nor config/clusters/. "
            + "`hubfleet init DIR` makes one, `-C DIR` names one"
    }
}
