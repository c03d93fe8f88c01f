import CZlib
import FleetModel
import Texts

/// The files of a chart that is packed into a `.tgz`, read into memory as Helm reads it: nothing is unpacked onto the disk.
///
/// Source: `LoadArchiveFiles` of Helm 4.1. The folder that all lies in is left out. A link in an archive leads nowhere: for
/// Helm it is an empty file. A path that leads out makes the whole archive invalid.
struct ChartArchive: FleetSource {
    /// What all files of a chart take together at most, in bytes, as in Helm.
    private static let largest = 100 << 20

    private let files: [FleetPath: [UInt8]]
    private let folders: [FleetPath: Set<ExactText>]

    /// - Throws: `ChartArchiveError`.
    init(_ bytes: [UInt8]) throws(ChartArchiveError) {
        var files: [FleetPath: [UInt8]] = [:]
        var folders: [FleetPath: Set<ExactText>] = [:]
        for member in try TarMembers.read(try Gzip.open(bytes, upTo: Self.largest)) {
            let path = try Self.path(member.name)
            files[path] = member.contents
            for (index, name) in path.parts.enumerated() {
                folders[FleetPath(parts: Array(path.parts[..<index])), default: []].insert(name.exact)
            }
        }
        guard !files.isEmpty else { throw .empty }
        self.files = files
        self.folders = folders
    }

    /// The path in the chart. In archives of Windows, parts may have a backslash between them.
    private static func path(_ name: String) throws(ChartArchiveError) -> FleetPath {
        let sign: Unicode.Scalar = name.utf8.contains(UInt8(ascii: "\\")) ? "\\" : "/"
        let parts = name.exact.split(at: sign).map(\.text)
        guard parts.first != "Chart.yaml" else { throw .noFolder }
        let inside = parts.dropFirst().joined(separator: "/")
        guard let path = FleetPath(inside), !path.parts.isEmpty, !isDrive(inside) else { throw .outside(name) }
        return path
    }

    private static func isDrive(_ path: String) -> Bool {
        let bytes = Array(path.utf8.prefix(3))
        return bytes.count == 3 && bytes[1] == UInt8(ascii: ":") && bytes[2] == UInt8(ascii: "/")
    }

    // MARK: - As a source

    func kind(_ path: String) -> FileKind {
        guard let path = FleetPath(path) else { return .outside }
        if files[path] != nil { return path.namesFolder ? .missing : .file }
        return folders[path] != nil ? .folder : .missing
    }

    func isLink(_ path: String) -> Bool { false }

    func entries(_ folder: String) -> [String]? {
        FleetPath(folder).flatMap { folders[$0] }?.sorted().map(\.text)
    }

    func contents(_ path: String) async -> [UInt8]? { FleetPath(path).flatMap { files[$0] } }

    func identity(_ path: String) async -> FileIdentity? { await contents(path).map { FileIdentity(of: $0) } }

    /// What is in an archive is given to no program.
    /// - Throws: `FleetSourceError`.
    func onDisk<Result: Sendable>(
        _ path: String, _ use: @Sendable (String) async throws -> Result
    ) async throws -> Result { throw FleetSourceError.noFile(path) }
}

/// Why an archive of a chart is not read.
enum ChartArchiveError: Error, Equatable, CustomStringConvertible {
    case notGzip
    case damaged
    case tooLarge
    case notTar
    case empty
    /// Its Chart.yaml lies in no folder.
    case noFolder
    /// A path in it leads out.
    case outside(String)

    var description: String {
        switch self {
        case .notGzip: "it is not compressed with gzip"
        case .damaged: "it ends too early, or is damaged"
        case .tooLarge: "what is in it takes more than 100 MiB"
        case .notTar: "what is in it is no tar archive"
        case .empty: "nothing is in it"
        case .noFolder: "its Chart.yaml must lie in a folder"
        case .outside(let path): "\(path.debugDescription.printable) in it leads out of its folder"
        }
    }
}

/// Bytes that gzip has compressed, in one part or several.
enum Gzip {
    /// - Parameters:
    ///   - bytes: the file.
    ///   - limit: what may come out at most, in bytes.
    /// - Returns: what was compressed.
    /// - Throws: `ChartArchiveError`.
    static func open(_ bytes: [UInt8], upTo limit: Int) throws(ChartArchiveError) -> [UInt8] {
        guard bytes.starts(with: [0x1F, 0x8B]) else { throw .notGzip }
        var stream = z_stream()
        guard inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .damaged
        }
        defer { inflateEnd(&stream) }
        var input = bytes
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var used = 0
        var isWhole = false
        var made = 0
        repeat {
            // Another part may follow.
            if isWhole { inflateReset(&stream) }
            let status = input.withUnsafeMutableBufferPointer { input in
                buffer.withUnsafeMutableBufferPointer { buffer in
                    stream.next_in = input.baseAddress.map { $0 + used }
                    stream.avail_in = UInt32(input.count - used)
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    let status = inflate(&stream, Z_NO_FLUSH)
                    used = input.count - Int(stream.avail_in)
                    made = buffer.count - Int(stream.avail_out)
                    return status
                }
            }
            isWhole = status == Z_STREAM_END
            guard isWhole || status == Z_OK || (status == Z_BUF_ERROR && used == input.count) else { throw .damaged }
            guard output.count + made <= limit else { throw .tooLarge }
            output += buffer[..<made]
        } while used < input.count || (!isWhole && made == buffer.count)
        guard isWhole else { throw .damaged }
        return output
    }

    /// How many bytes a text takes when it is compressed as tightly as can be; nil when there is no memory for it.
    static func size(of bytes: [UInt8]) -> Int? {
        var stream = z_stream()
        let room = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, room) == Z_OK else {
            return nil
        }
        defer { deflateEnd(&stream) }
        var input = bytes
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        return input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(input.count)
            var size = 0
            repeat {
                size += buffer.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    deflate(&stream, Z_FINISH)
                    return buffer.count - Int(stream.avail_out)
                }
            } while stream.avail_out == 0
            return size
        }
    }
}
