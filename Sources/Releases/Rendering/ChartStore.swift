import Crypto
import FleetModel
import FleetTools
import Foundation
import Texts

/// Archives of charts that were fetched from repositories, by the digest of their bytes.
///
/// What was fetched once for a name and a version counts from then on: a repository that hands out something else under
/// the same version changes nothing here.
package struct ChartStore: Sendable {
    private let cache: CacheFolder

    package init(_ cache: CacheFolder) {
        self.cache = cache
    }

    /// The archive of a chart; nil when it was not fetched yet.
    func find(_ source: ChartSource) -> StoredChart? {
        guard let line = cache.contents("chart-names/\(Self.name(of: source))") else { return nil }
        let parts = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard parts.count == 2, parts[0].utf8.count == 64, LayerName.isPlain(parts[1]) else { return nil }
        let chart = StoredChart(
            name: source.name, version: parts[1], digest: parts[0], file: "\(cache.path)/charts/\(parts[0]).tgz")
        return FileManager.default.fileExists(atPath: chart.file) ? chart : nil
    }

    /// Fetches a chart, whether it is here or not.
    ///
    /// - Parameters:
    ///   - source: where it comes from.
    ///   - helm: the program that asks the repository.
    ///   - runner: runs it.
    /// - Returns: the archive.
    /// - Throws: `CommandError` with helm's words, `FileError`, or `ChartStoreError`.
    func fetch(_ source: ChartSource, by helm: Helm, runner: any CommandRunner) async throws -> StoredChart {
        let folder = try PrivateFolder()
        defer { folder.remove() }
        try await runner.check(helm.pull(source, to: folder.path))
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        guard let name = names.first(where: { $0.hasSuffix(".tgz") }), names.count == 1,
            let version = name.exact.without(prefix: "\(source.name)-".exact)?.without(suffix: ".tgz"),
            LayerName.isPlain(version.text), let bytes = FileManager.default.contents(atPath: "\(folder.path)/\(name)")
        else { throw ChartStoreError.unexpected(source.shown) }
        let digest = SHA256.hash(data: bytes).hexadecimal
        let file = "\(try cache.folder("charts"))/\(digest).tgz"
        try FileWriting.write(Array(bytes), to: file)
        try FileWriting.write(
            "\(digest) \(version)\n", to: "\(try cache.folder("chart-names"))/\(Self.name(of: source))")
        return StoredChart(name: source.name, version: version.text, digest: digest, file: file)
    }

    private static func name(of source: ChartSource) -> String {
        SHA256.hash(data: Array("\(source.repository)\n\(source.name)\n\(source.version)".utf8)).hexadecimal
    }
}

/// An archive of a chart that was fetched.
package struct StoredChart: Sendable, Equatable {
    package let name: String
    /// The one that it has, where a range was asked for.
    package let version: String
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    package let digest: String
    let file: String

    /// Its bytes.
    /// - Throws: `RenderError.damaged` when they are not those that were fetched.
    func contents() throws -> [UInt8] {
        guard let bytes = FileManager.default.contents(atPath: file), SHA256.hash(data: bytes).hexadecimal == digest
        else {
            throw RenderError.damaged("\(name) \(version)")
        }
        return Array(bytes)
    }
}

/// Why a chart was not fetched although helm did not complain.
package enum ChartStoreError: Error, Equatable, CustomStringConvertible {
    case unexpected(String)

    package var description: String {
        switch self {
        case .unexpected(let chart): "helm brought something else than one archive of \(chart.printable)"
        }
    }
}
