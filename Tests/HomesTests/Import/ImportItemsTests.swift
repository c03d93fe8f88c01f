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

    private func items(_ members: [FoundMember]) -> ImportItems {
        var items = ImportItems()
        for (number, one) in members.enumerated() { items.add(one, at: one.path, number: number) }
        return items
    }

    private func link(_ path: String, to target: String) -> FoundMember {
        member(.hardLink(target: Array(target.utf8)), path)
    }

    /// Against a disk that unpacks one member after the other.
    @Test func namesKeepTheContentsThatTheyWereGiven() throws {
        var random = SplitMix(state: 5)
        var replaced = 0
        for _ in 0..<5_000 {
            var (members, disk) = ([FoundMember](), [String: Int]())
            for number in 0..<Int.random(in: 1...8, using: &random) {
                let path = ["a", "b", "c", "d"].randomElement(using: &random) ?? ""
                if let other = disk.keys.sorted().randomElement(using: &random), Bool.random(using: &random) {
                    members.append(link(path, to: other))
                    disk[path] = disk[other]
                } else {
                    members.append(member(.file, path))
                    disk[path] = number
                }
            }
            var items = items(members)
            #expect(try items.conflict() == nil)
            if items.count < members.count { replaced += 1 }
            // As an import writes it: files, then second names of what is there.
            var made: [String: Int] = [:]
            for index in 0..<items.count where items.isFile(index) {
                made[String(decoding: items[index].path, as: UTF8.self)] = items.number(index)
            }
            for index in 0..<items.count {
                guard case .hardLink(let target) = items[index].member.kind else { continue }
                made[String(decoding: items[index].path, as: UTF8.self)] = made[String(decoding: target, as: UTF8.self)]
            }
            #expect(made == disk, "\(members)")
        }
        #expect(replaced > 1_000)
    }

    /// A hostile archive must not keep an import busy for hours: this took one with the square of the members.
    @Test func aHundredThousandReplacedMembersAreSoonSorted() throws {
        let count = 100_000
        let names = (0..<count).map { $0.isMultiple(of: 2) ? member(.file, "f") : link("l", to: "f") }
        let chain = (0..<count).map { $0 == 0 ? member(.file, "c0") : link("c\($0)", to: "c\($0 - 1)") }
        var items = items(names + chain + chain)
        #expect(try items.conflict() == nil)
        #expect(items.count == count + 2)
    }
}
