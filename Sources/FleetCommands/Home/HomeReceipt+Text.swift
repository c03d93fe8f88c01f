import FleetTools
import Homes

extension HomeReceipt {
    /// The receipt in a line.
    var summary: String {
        let exceptions = exceptionCount == 0 ? "" : ", \(exceptionCount) not as in the home"
        return
            "\(files) files, \(folders) folders, \(links) links, \(ByteAmount.text(bytes))\(exceptions), root \(root)"
    }
}

extension HomeReceipt.Exception {
    /// The reason, for people.
    var explanation: String { HomeProblem.explanation(of: reason) }
}

extension HomeProblem {
    /// A reason as manifests and receipts have it, for people.
    static func explanation(of reason: String) -> String {
        Reason(rawValue: reason).map { HomeProblem(path: [], reason: $0).explanation } ?? reason
    }
}
