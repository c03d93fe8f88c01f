import FleetTesting
import Testing

@testable import Homes

@Suite(.tags(.small))
struct ImportItemsTests {
    private func member(_ kind: FoundMember.Kind, _ path: String) -> FoundMember {
        FoundMember(path: Array(path.utf8), kind: kind, permissions: 0o644, modified: -5, size: kind == .file ? 7 : 0)
    }

    @Test func keepsWhatItWasGiven() {
        let members = [
            member(.folder, "a"), member(.link(target: Array("../x".utf8)), "a/b"), member(.file, "ü"),
            member(.hardLink(target: []), "c"),
        ]
        var items = ImportItems()
        for (number, one) in members.enumerated() { items.add(one, at: one.path, number: number * 3) }
        items.add(member(.other("a device"), "d"), at: Array("d".utf8), number: 99)
        #expect((0..<items.count).map { items[$0].member } == members)
        #expect((0..<items.count).map { items[$0].number } == [0, 3, 6, 9])
        #expect((items.size, items.links) == (7, 1))
    }

    /// Against the plain way to say it, with names around `/`, which is not the least of bytes.
    @Test func findsEveryConflict() throws {
        var random = SplitMix(state: 3)
        var found = (0, 0)
        for _ in 0..<3_000 {
            var (items, kinds, isBad) = (ImportItems(), [String: FoundMember.Kind](), false)
            for number in 0..<Int.random(in: 1...6, using: &random) {
                let names = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    ["a", "a!", "a0", "b"].randomElement(using: &random) ?? ""
                }
                let path = names.joined(separator: "/")
                let kind = Int.random(in: 0..<5, using: &random) == 0 ? FoundMember.Kind.file : .folder
                if let before = kinds[path], before == .folder, kind != .folder { isBad = true }
                kinds[path] = kind
                items.add(member(kind, path), at: Array(path.utf8), number: number)
            }
            for path in kinds.keys {
                let names = path.split(separator: "/")
                for count in 1..<max(1, names.count) {
                    if let above = kinds[names.prefix(count).joined(separator: "/")], above != .folder { isBad = true }
                }
            }
            let conflict = try items.conflict()
            #expect((conflict != nil) == isBad, "\(kinds)")
            if conflict == nil { #expect(items.count == kinds.count, "what is named again counts once") }
            if isBad { found.0 += 1 } else { found.1 += 1 }
        }
        #expect(found.0 > 300 && found.1 > 300, "\(found)")
    }
}
