import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing

@testable import Releases

/// What is kept of renderings.
@Suite(.tags(.medium))
struct RenderCacheTests {
    private static let sheets = [
        ObjectSheet(
            identity: ObjectIdentity(group: "apps", kind: "Deployment", namespace: nil, name: "hub"),
            section: .release, template: "a/templates/b.yaml",
            references: [ObjectReference(name: "Secret hub", key: nil), ObjectReference(name: "Secret hub", key: "k")],
            fields: [
                ObjectField(path: "spec", kind: .plain, shown: "{}\né", seal: ""),
                ObjectField(path: "x", kind: .hidden, shown: "•••", seal: "00"),
            ]),
        ObjectSheet(
            identity: ObjectIdentity(group: "", kind: "ConfigMap", namespace: "", name: ""), section: .elsewhere,
            template: "", references: [], fields: []),
    ]

    private func name(_ text: String) -> ContentDigest { ContentDigest(of: Array(text.utf8)) }

    @Test func givesBackWhatItKeeps() throws {
        let folder = try TemporaryFolder()
        let place = CacheFolder(environment: ["XDG_CACHE_HOME": folder.path])
        let cache = try RenderCache(place)
        #expect(cache.sheets(name("a")) == nil)
        cache.keep(Self.sheets, name("a"))
        #expect(cache.sheets(name("a")) == Self.sheets)
        #expect(cache.sheets(name("b")) == nil)
        // Another process finds the same key.
        #expect(try RenderCache(place).key == cache.key)
        for path in ["", "/renders", "/renders/\(name("a"))", "/key"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/hubfleet\(path)")
            #expect((attributes[.posixPermissions] as? Int).map { $0 & 0o077 } == 0, "\(path)")
        }
    }

    @Test func damagedBytesAreNothing() {
        let bytes = SheetCodec.encode(Self.sheets)
        #expect(SheetCodec.decode(bytes) == Self.sheets)
        for end in 0..<bytes.count { #expect(SheetCodec.decode(Array(bytes[..<end])) == nil) }
        #expect(SheetCodec.decode(bytes + [0]) == nil)
        var random = RandomRun.numbers(4)
        for _ in 0..<RandomRun.rounds(500) {
            var other = bytes
            other[Int.random(in: 0..<other.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            _ = SheetCodec.decode(other)
        }
    }

    @Test func forgetsWhatWasNotUsedForLong() throws {
        let folder = try TemporaryFolder()
        let cache = try RenderCache(CacheFolder(environment: ["XDG_CACHE_HOME": folder.path]))
        cache.keep(Self.sheets, name("a"))
        cache.tidy(now: Date.now.addingTimeInterval(29 * 86_400))
        #expect(cache.sheets(name("a")) != nil)
        cache.tidy(now: Date.now.addingTimeInterval(31 * 86_400))
        #expect(cache.sheets(name("a")) == nil)
    }
}
