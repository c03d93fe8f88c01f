import FleetTesting
import Foundation

@testable import Homes

/// A random tree of files, folders and links, with odd names, and holes.
struct RandomHome {
    let path: String
    private var random: SplitMix
    private var files: [String] = []

    init(_ path: String, seed: UInt64, things: Int = 40) throws {
        self.path = path
        random = SplitMix(state: seed)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var folders = [path]
        for number in 0..<things {
            let folder = folders[Int.random(in: 0..<folders.count, using: &random)]
            let place = "\(folder)/\(name(number))"
            switch Int.random(in: 0..<10, using: &random) {
            case 0, 1:
                mkdir(place, 0o755)
                folders.append(place)
            case 2: symlink(["..", "nowhere", "/etc/passwd", "."].randomElement(using: &random) ?? ".", place)
            case 3: hole(place)
            default: try write(place, size: sizes.randomElement(using: &random) ?? 0)
            }
            utimensat(AT_FDCWD, place, times(), AT_SYMLINK_NOFOLLOW)
        }
    }

    private let sizes = [0, 1, 511, 512, 513, 4_000, 70_000, 262_144, 300_001]

    private mutating func name(_ number: Int) -> String {
        let odd = [
            "plain", "with space", "ünïcode", "%41", "quote\"\\", ".hidden", String(repeating: "long", count: 40),
        ]
        return "\(odd.randomElement(using: &random) ?? "x")-\(number)"
    }

    private mutating func times() -> [timespec] {
        let seconds = [0, 951_868_799, 5_680_281_600, 1_700_000_000].randomElement(using: &random) ?? 0
        return [timespec](repeating: timespec(tv_sec: seconds, tv_nsec: 0), count: 2)
    }

    mutating func write(_ place: String, size: Int) throws {
        let words = (0..<(size / 8 + 1)).map { _ in random.next() }
        let bytes = words.withUnsafeBytes { Data($0.prefix(size)) }
        try bytes.write(to: URL(filePath: place))
        chmod(place, [0o644, 0o600, 0o755, 0o444].randomElement(using: &random) ?? 0o644)
        files.append(place)
    }

    private mutating func hole(_ place: String) {
        let descriptor = open(place, O_WRONLY | O_CREAT, 0o644)
        let size = Int.random(in: 200_000...3_000_000, using: &random)
        ftruncate(descriptor, off_t(size))
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            pwrite(descriptor, "bytes", 5, off_t(Int.random(in: 0..<size, using: &random)))
        }
        close(descriptor)
        files.append(place)
    }

    /// Changes something about one file.
    mutating func change() throws {
        let file = files.randomElement(using: &random) ?? path
        chmod(file, 0o644)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: try write(file, size: Int.random(in: 0...100_000, using: &random))
        case 1: unlink(file)
        default: truncate(file, off_t(Int.random(in: 0...50_000, using: &random)))
        }
    }
}
