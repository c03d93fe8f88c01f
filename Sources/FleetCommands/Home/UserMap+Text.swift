import FleetTools
import Homes
import Texts

extension Output {
    /// Says which new names of a map are read in another way than they are written.
    func tellLowered(_ map: UserMap) {
        guard let first = map.lowered.first else { return }
        let more = map.lowered.count > 1 ? ", and \(map.lowered.count - 1) more" : ""
        message(
            "\(map.file.printable):\(first.number): the new name is read in small letters, as JupyterHub makes all names: "
                + "\(first.new.printable)\(more)")
    }
}
