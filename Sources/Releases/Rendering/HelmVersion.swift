import Crypto
import FleetModel
import FleetTools
import Foundation

/// Finds out the version of helm, which is a part of the key of every rendering, without starting it where that is known.
struct HelmVersion: Sendable {
    let helm: Helm
    let runner: any CommandRunner
    /// The variables of this process: `PATH` is looked through.
    let environment: [String: String]
    let cache: CacheFolder

    /// Such as `v4.1.4`.
    /// - Throws: `CommandError`, or `RenderError` for a program that is no helm of version 3 or 4.
    func find() async throws -> String {
        let file = identity.map { "helm-versions/\(SHA256.hash(data: Array($0.utf8)).hexadecimal)" }
        if let file, let known = cache.contents(file) { return String(decoding: known, as: UTF8.self) }
        let version = try await helm.version(runner)
        guard version.hasPrefix("v3.") || version.hasPrefix("v4.") else {
            throw RenderError.refused("\"\(version.prefix(40))\" is no version of helm that is known here")
        }
        if let file {
            _ = try cache.folder("helm-versions")
            try FileWriting.write(version, to: "\(cache.path)/\(file)")
        }
        return version
    }

    /// What tells the program from others without starting it; nil for a script, behind which any program may stand.
    private var identity: String? {
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let paths = helm.program.contains("/") ? [helm.program] : folders.map { "\($0)/\(helm.program)" }
        guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else { return nil }
        let real = RealPath.of(path)
        guard let handle = FileHandle(forReadingAtPath: real) else { return nil }
        defer { try? handle.close() }
        guard let start = try? handle.read(upToCount: 4), start == Data([0x7F, 0x45, 0x4C, 0x46]) || start.isMachO
        else {
            return nil
        }
        var status = stat()
        guard stat(real, &status) == 0 else { return nil }
        let time = status.modificationTime
        return "\(real)\n\(status.st_dev) \(status.st_ino) \(status.st_size) \(time)"
    }
}

extension Data {
    /// Whether a program of macOS begins like this.
    fileprivate var isMachO: Bool { [0xCA, 0xCE, 0xCF, 0xFE].contains(first) && contains(0xFE) }
}

extension stat {
    fileprivate var modificationTime: String {
        #if canImport(Darwin)
            "\(st_mtimespec.tv_sec).\(st_mtimespec.tv_nsec)"
        #else
            "\(st_mtim.tv_sec).\(st_mtim.tv_nsec)"
        #endif
    }
}
