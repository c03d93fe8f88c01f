import Receipts
import Texts

extension SignedReceipt {
    /// The most exceptions that are told one by one.
    private static let told = 10

    /// The statements of the receipt that are not so of an archive; empty when all fits.
    package func differences(from found: HomeVerification) -> [String] {
        guard let said = statement, let kind = said.kind, ["export", "download", "import", "verify"].contains(kind)
        else {
            return ["it is not about one archive; receipts of export, download, import and verify are"]
        }
        guard let root = said.root else {
            return ["it names no archive: what was imported had no manifest"]
        }
        guard root == found.root else { return ["it speaks of another archive, with root \(root)"] }
        var differences: [String] = []
        if let owner = said.owner, owner != found.owner {
            differences.append(
                "it speaks of the home of \(owner.text.printable), and the archive is of \(found.owner.text.printable)")
        }
        return differences + (receipt.map { Self.exceptions($0, found) } ?? [])
    }

    /// The differences in what is not as in the home: the receipt and the manifest must say the same.
    private static func exceptions(_ receipt: HomeReceipt, _ found: HomeVerification) -> [String] {
        var differences: [String] = []
        if receipt.exceptionCount != found.known.count {
            differences.append(
                "it speaks of \(receipt.exceptionCount) exceptions, and the manifest of \(found.known.count)")
        }
        let known = Set(found.known.map(\.path.exact))
        let listed = Set(receipt.exceptions.map(\.path.exact))
        // Files that are in the archive are named from its beginning.
        let unknown = listed.filter { !known.contains($0) && !known.contains("home/\($0)".exact) }
        differences += unknown.sorted().prefix(told).map {
            "it lists \($0.text.printable), which the manifest does not"
        }
        // Only the first thousand are listed.
        guard receipt.exceptions.count == receipt.exceptionCount else { return differences }
        let unlisted = known.filter {
            !listed.contains($0) && !($0.without(prefix: "home/").map(listed.contains) ?? false)
        }
        return differences
            + unlisted.sorted().prefix(told).map { "it does not list \($0.text.printable), which the manifest does" }
    }
}
