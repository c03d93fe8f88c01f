import FleetModel
import FleetTools
import Foundation

/// Renderings that were made before, by what they are made of. No secret is in them: what depends on one has a digest,
/// made with the key that lies beside them.
struct RenderCache: Sendable {
    /// What was not used for so long is removed: 30 days, in seconds.
    private static let longest: TimeInterval = 30 * 86_400

    let key: DigestKey
    private let cache: CacheFolder
    private let folder: String

    /// - Throws: `FileError` when the folder cannot be made or its key cannot be kept.
    init(_ cache: CacheFolder) throws {
        self.cache = cache
        folder = try cache.folder("renders")
        key = try Self.key(in: cache)
    }

    private static func key(in cache: CacheFolder) throws -> DigestKey {
        if let known = cache.contents("key").flatMap(DigestKey.init) { return known }
        let file = "\(cache.path)/key"
        // One that is no key would be in the way for ever; what was made with another one is not found any more.
        try? FileManager.default.removeItem(atPath: file)
        let made = DigestKey()
        try FileWriting.write(made.bytes, to: file)
        // Of several who do so at once, the last one counts for all that come after.
        return cache.contents("key").flatMap(DigestKey.init) ?? made
    }

    func sheets(_ name: ContentDigest) -> [ObjectSheet]? {
        guard let sheets = cache.contents("renders/\(name)").flatMap(SheetCodec.decode) else { return nil }
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: "\(folder)/\(name)")
        return sheets
    }

    /// Keeps a rendering. A full disk is no reason to fail: it is made again next time.
    func keep(_ sheets: [ObjectSheet], _ name: ContentDigest) {
        try? FileWriting.write(SheetCodec.encode(sheets), to: "\(folder)/\(name)")
    }

    /// Removes what was not used for long.
    func tidy(now: Date) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
            guard let date = attributes?[.modificationDate] as? Date, now.timeIntervalSince(date) > Self.longest else {
                continue
            }
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }
}
