import HTTPTypes
import Homes
import Texts

/// One download: whose, of what, and which part.
struct Download: Sendable {
    let user: ExactText
    let snapshot: HomeSnapshot
    let format: ArchiveFormat
    /// The bytes that are wanted.
    let range: Range<UInt64>
    /// The address that the request came from.
    let sender: String?
    /// Whether the client is still there.
    let isWanted: @Sendable () -> Bool

    /// The bytes of the whole archive.
    var length: UInt64 { snapshot.summary.length(format) }
    var isWhole: Bool { range.count == length }
    /// The file with the parts that were sent.
    var sentFile: String { "\(snapshot.folder)/sent.\(format.rawValue)" }

    /// The tag of an archive, which another state of the home does not have.
    static func tag(_ snapshot: HomeSnapshot, _ format: ArchiveFormat) -> String {
        "\"\(snapshot.summary.id)-\(format.rawValue)\""
    }

    /// The headers of the answer that sends it.
    var headers: HTTPFields {
        var headers = HTTPFields()
        headers[.contentType] = format.mediaType
        headers[.acceptRanges] = "bytes"
        headers[.eTag] = Self.tag(snapshot, format)
        headers[.contentDisposition] = "attachment"
        // A browser's cache answers scripts of the same host without asking here.
        headers[.cacheControl] = "no-store"
        // Proxies that collect a whole answer first would fill their disks.
        headers[.accelBuffering] = "no"
        if !isWhole { headers[.contentRange] = "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(length)" }
        return headers
    }
}
