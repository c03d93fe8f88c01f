import Crypto
import FleetTesting
import FleetTools
import Foundation
import Receipts
import Testing
import Texts

@testable import Homes

/// The root covers all of a manifest; that of the first archives covered the entries alone.
@Suite(.tags(.medium))
struct ManifestRootTests {
    let folder: TemporaryFolder
    private var archive: String { folder.path + "/ada.tar" }

    init() throws {
        folder = try TemporaryFolder().write(["home/a": "a"])
        try #require(mkfifo(folder.path + "/home/pipe", 0o600) == 0)
    }

    /// A tar archive has no checksums of contents: whoever changes a byte of a ZIP archive can mend its checksum.
    private func export() throws -> HomeReceipt {
        try HomeExport(of: folder.path + "/home", owner: "ada", format: .tar).write(to: archive)
    }

    private func replace(_ old: String, _ new: String) throws {
        var data = try Data(contentsOf: URL(filePath: archive))
        let range = try #require(data.range(of: Data(old.utf8), options: .backwards))
        data.replaceSubrange(range, with: Data(new.utf8))
        try data.write(to: URL(filePath: archive))
    }

    @Test(arguments: [
        (#""owner":"ada""#, #""owner":"eve""#), (#""path":"pipe""#, #""path":"ripe""#),
        (#""reason":"special""#, #""reason":"vanishe""#), (#""mode":"0"#, #""mode":"1"#),
        (#""tree":"#, #""tre3":"#), ("\n],\n\"missing\"", "\n],\n \"missing\""),
    ])
    func everyLineIsCovered(_ old: String, _ new: String) throws {
        _ = try export()
        #expect(try HomeVerification(archive).faults == [])
        try replace(old, new)
        do {
            let faults = try HomeVerification(archive).faults
            #expect(faults.contains(.init(path: "MANIFEST.json", what: "it was changed after the archive was made")))
        } catch is HomeError {
            // It is no manifest any more.
        }
    }

    /// What people can do without Hubfleet: `head -n -1 MANIFEST.json | sha256sum`.
    @Test func theRootIsTheDigestOfAllBeforeTheLastLine() throws {
        let receipt = try export()
        let data = try Data(contentsOf: URL(filePath: archive))
        let start = try #require(data.range(of: Data(#"{"format":"hubfleet home archive","version":2,"#.utf8)))
            .lowerBound
        let end = try #require(data.range(of: Data("\"root\":\"".utf8), options: .backwards))
        let digest = SHA256.hash(data: data[start..<end.lowerBound]).map { ByteText.hexadecimal([$0]) }.joined()
        #expect(digest == receipt.root)
        #expect(String(decoding: data[end.upperBound..<(end.upperBound + 64)], as: UTF8.self) == receipt.root)
        let tree = try TreeDigest(of: folder.path + "/home").root
        let found = try HomeVerification(archive)
        #expect(receipt.tree == tree && found.root == receipt.root && found.isCovered)
    }

    @Test func homesOfTwoOwnersHaveOneTreeAndTwoRoots() throws {
        let export = { (owner: ExactText) in
            try HomeExport(of: folder.path + "/home", owner: owner, format: .zip).stream { _ in }
        }
        let (ada, eve) = (try export("ada"), try export("eve"))
        #expect(ada.tree == eve.tree && ada.root != eve.root)
    }

    /// As the first Hubfleet made it.
    private func writeFirst(owner: String) throws -> String {
        let digest = SHA256.hash(data: Data("a".utf8)).map { ByteText.hexadecimal([$0]) }.joined()
        let entry =
            #"{"path":"home/a","type":"file","size":1,"mode":"0644","mtime":1,"sha256":"\#(digest)","state":"ok"        }"#
        let root = SHA256.hash(data: Data(entry.utf8)).map { ByteText.hexadecimal([$0]) }.joined()
        let manifest =
            #"{"format":"hubfleet home archive","version":1,"owner":"\#(owner)",\#n"entries":[\#n"#
            + entry + "\n],\n\"missing\":[\n" + #"{"path":"pipe","reason":"special"}"# + "\n],\n\"root\":\"\(root)\"}\n"
        let members: [(String, String)] = [("README.txt", "first"), ("home/a", "a"), ("MANIFEST.json", manifest)]
        var bytes: [UInt8] = []
        for (name, text) in members {
            bytes += Self.header(name, text.utf8.count) + Array(text.utf8)
            bytes += [UInt8](repeating: 0, count: (512 - text.utf8.count % 512) % 512)
        }
        try Data(bytes + TarRecord.end).write(to: URL(filePath: archive))
        return root
    }

    private static func header(_ name: String, _ size: Int) -> [UInt8] {
        let entry = HomeEntry(
            path: Array(name.utf8), kind: .file(size: Int64(size)), permissions: 0o644, modified: 1,
            version: FileVersion(inode: 1, changed: 1))
        let header = TarRecord.header(ArchiveMember(entry, index: 0, data: nil))
        // The name in the archive begins with home/; here it is whole already.
        var plain = header
        let bytes = Array(name.utf8) + [UInt8](repeating: 0, count: 100 - name.utf8.count)
        plain.replaceSubrange(0..<100, with: bytes)
        plain.replaceSubrange(148..<156, with: Array(repeating: 0x20, count: 8))
        let sum = plain.reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        plain.replaceSubrange(148..<154, with: Array((String(repeating: "0", count: 6 - digits.count) + digits).utf8))
        plain[154] = 0
        return plain
    }

    @Test func anArchiveOfTheFirstFormCanStillBeChecked() throws {
        let root = try writeFirst(owner: "ada")
        let found = try HomeVerification(archive)
        #expect(found.faults == [] && found.root == root && found.owner == "ada" && !found.isCovered)
        let body = #"{"kind":"verify","owner":"ada","root":"\#(root)"}"#
        let receipt = SignedReceipt(body: Data(body.utf8), key: "k") { _ in [] }
        #expect(receipt.differences(from: found) == [])
        try replace(#""mtime":1"#, #""mtime":2"#)
        #expect(try HomeVerification(archive).faults.map(\.path) == ["MANIFEST.json"])
        // And imported.
        _ = try writeFirst(owner: "ada")
        _ = try HomeImport(archive, to: folder.path + "/back").run()
        #expect(try folder.read("back/a") == "a")
    }
}
