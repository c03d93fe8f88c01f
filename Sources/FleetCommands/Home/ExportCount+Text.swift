import FleetTools
import Homes

extension ExportCount {
    /// The count in a line.
    var text: String {
        var parts = ["\(made) \(made == 1 ? "home" : "homes") with \(ByteAmount.text(bytes)) archived"]
        if present > 0 { parts.append("\(present) were there already") }
        if incomplete > 0 { parts.append("\(incomplete) not whole") }
        if failed > 0 { parts.append("\(failed) failed") }
        return parts.joined(separator: ", ")
    }
}
