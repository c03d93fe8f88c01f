import Receipts

extension SignedReceipt {
    /// The most exceptions that are told one by one.
    private static let told = 10

    /// The statements of the receipt that are not so of an archive; empty when all fits.
    package func differences(from found: HomeVerification) -> [String] {
        guard let said = statement, ["export", "download", "import", "verify"].contains(said.kind) else {
            return ["it is not about one archive; receipts of export, download, import and verify are"]
        }
        guard let root = said.root else {
            return ["it names no archive: what was imported had no manifest"]
        }
        guard root == found.root else { return ["it speaks of another archive, with root \(root)"] }
        var differences: [String] = []
        if let owner = said.owner, owner != found.owner {
            differences.append(
                "it speaks of the home of \(Self.readable(owner)), and the archive is of \(Self.readable(found.owner))")
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
        let known = Set(found.known.map(\.path))
        let listed = Set(receipt.exceptions.map(\.path))
        // Files that are in the archive are named from its beginning.
        let unknown = listed.filter { !known.contains($0) && !known.contains("home/" + $0) }
        differences += unknown.sorted().prefix(told).map { "it lists \(readable($0)), which the manifest does not" }
        // Only the first thousand are listed.
        guard receipt.exceptions.count == receipt.exceptionCount else { return differences }
        let unlisted = known.filter {
            !listed.contains($0) && !($0.hasPrefix("home/") && listed.contains(String($0.dropFirst(5))))
        }
        return differences
            + unlisted.sorted().prefix(told).map { "it does not list \(readable($0)), which the manifest does" }
    }

    private static func readable(_ text: String) -> String { ByteText.readable(Array(text.utf8)) }
}
