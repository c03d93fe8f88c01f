import Foundation
import HTTPTypes
import Homes
import Hummingbird

extension HomeService {
    /// One download: whose, of what, and which part.
    struct Download: Sendable {
        let user: String
        let snapshot: HomeSnapshot
        let format: ArchiveFormat
        let range: Range<UInt64>
        let address: String?
        let isWanted: @Sendable () -> Bool

        var length: UInt64 { snapshot.summary.length(format) }
        var tag: String { "\"\(snapshot.summary.id)-\(format.rawValue)\"" }
        /// Where the parts that were sent are kept.
        var sentFile: String { "\(snapshot.folder)/sent.\(format.rawValue)" }
    }

    /// An address that always means the newest archive; it leads to that archive's own.
    func newest(_ request: Request, _ format: ArchiveFormat) async throws -> Response {
        try await asVisitor(request, isPage: true) { visitor in
            guard request.headers[.range] == nil else {
                return pages.message(
                    .preconditionFailed, "This address cannot be resumed",
                    "It means the newest archive, which may be another one now. Resume at the address that the download "
                        + "was sent to, \(environment.prefix)archives/….")
            }
            switch await store.status(of: visitor.name, waiting: .seconds(90)) {
            case .ready(let snapshot):
                return .redirect(to: address(of: snapshot, format, visitor.name), type: .found)
            case .failed(let reason): return pages.message(.notFound, "There is nothing to download", reason)
            case .troubled(let reason): return later(reason)
            case .scanning(let progress):
                var response = pages.message(
                    .serviceUnavailable, "Your home is still being looked at",
                    "\(progress.now.things) things so far. Ask again in a minute.")
                response.headers[.retryAfter] = "30"
                return response
            }
        }
    }

    /// The address of an archive, which stays the same as long as the archive can be had.
    func address(of snapshot: HomeSnapshot, _ format: ArchiveFormat, _ user: String) -> String {
        let plain = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "\0"..."\u{7F}"))
            .union(CharacterSet(charactersIn: "-._~@+"))
        let name = "home-\(user).\(format.rawValue)".addingPercentEncoding(withAllowedCharacters: plain) ?? "home"
        return "\(environment.prefix)archives/\(snapshot.summary.id)/\(name)"
    }

    /// An archive, or the part of it that is asked for.
    func archive(_ request: Request, _ context: HomeRequestContext) async throws -> Response {
        try await asVisitor(request, isPage: true) { visitor in
            let file = try context.parameters.require("file")
            guard let format = ArchiveFormat.allCases.first(where: { file.hasSuffix("." + $0.rawValue) }),
                let snapshot = await store.snapshot(try context.parameters.require("id"), of: visitor.name)
            else { return gone }
            let length = snapshot.summary.length(format)
            func download(_ range: Range<UInt64>) -> Download {
                Download(
                    user: visitor.name, snapshot: snapshot, format: format, range: range,
                    address: address(request, context), isWanted: context.isOpen)
            }
            let whole = download(0..<length)
            if let wanted = request.headers[.ifMatch], !EntityTag.isNamed(whole.tag, in: wanted) { return another }
            if request.headers[.ifNoneMatch] == whole.tag { return Response(status: .notModified) }
            // Another tag means another archive: all of it, then.
            let isSame = request.headers[.ifRange].map { $0 == whole.tag } ?? true
            switch isSame ? ByteRange(request.headers[.range], length: length) : .all {
            case .all: return try await send(whole, request.method)
            case .part(let range): return try await send(download(range), request.method)
            case .unsatisfiable:
                var response = Response(status: .rangeNotSatisfiable)
                response.headers[.contentRange] = "bytes */\(length)"
                return response
            }
        }
    }

    var gone: Response {
        pages.message(
            .gone, "This archive is no longer there",
            "Your files have changed since it was begun, or it is more than a week old, so it cannot be continued: the rest "
                + "would not fit what you have. Start a new download.")
    }

    private var another: Response {
        pages.message(
            .preconditionFailed, "This is another archive",
            "What you have is not a part of this archive, so it cannot be continued here. Start a new download.")
    }

    func headers(_ download: Download) -> HTTPFields {
        var headers = HTTPFields()
        headers[.contentType] = download.format.mediaType
        headers[.acceptRanges] = "bytes"
        headers[.eTag] = download.tag
        headers[.contentDisposition] = "attachment"
        headers[.cacheControl] = "private, no-cache"
        // Proxies that collect a whole answer first would fill their disks.
        headers[.accelBuffering] = "no"
        if download.range.count < download.length {
            let last = download.range.upperBound - 1
            headers[.contentRange] = "bytes \(download.range.lowerBound)-\(last)/\(download.length)"
        }
        return headers
    }
}
