import FleetTools
import Foundation
import HTTPTypes
import Homes
import Hummingbird
import NIOCore

extension HomeService {
    /// One download: whose, of what, and which part.
    private struct Download: Sendable {
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

    private var gone: Response {
        pages.message(
            .gone, "This archive is no longer there",
            "Your files have changed since it was begun, or it is more than a week old, so it cannot be continued: the rest "
                + "would not fit what you have. Start a new download.")
    }

    private func headers(_ download: Download) -> HTTPFields {
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

    private func send(_ download: Download, _ method: HTTPRequest.Method) async throws -> Response {
        let headers = headers(download)
        let status = headers[.contentRange] == nil ? HTTPResponse.Status.ok : .partialContent
        guard method != .head else {
            return Response(
                status: status, headers: headers,
                body: ResponseBody(contentLength: download.range.count) { try await $0.finish(nil) })
        }
        let ticket: GateTicket
        do {
            ticket = try GateTicket(gate, store.uses, download.user, download.snapshot.folder)
        } catch let refusal as DownloadGate.Refusal {
            return busy(refusal)
        }
        let pump: ArchivePump
        let first: [UInt8]?
        do {
            pump = try ArchivePump(
                download.snapshot, download.format, download.range, isWanted: download.isWanted)
            first = try await pump.next()
        } catch HomeError.shortage(let reason) {
            log(download, sent: 0, "refused: \(reason)")
            return busy(.tooMany)
        } catch let error as HomeError {
            await store.forget(download.snapshot.summary.id, of: download.user)
            log(download, sent: 0, "refused: \(error)")
            return gone
        }
        await sent.begin(download.sentFile, at: download.range.lowerBound)
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: download.range.count) { writer in
                defer { withExtendedLifetime(ticket) {} }
                try await stream(download, pump, first, &writer)
            })
    }

    private func busy(_ refusal: DownloadGate.Refusal) -> Response {
        var response =
            refusal == .tooMany
            ? pages.message(.serviceUnavailable, "Too many downloads at once", "Try again in a few minutes.")
            : pages.message(
                .tooManyRequests, "You have too many downloads at once", "Wait until one of them has ended.")
        response.headers[.retryAfter] = "30"
        return response
    }

    private func stream(
        _ download: Download, _ pump: ArchivePump, _ first: [UInt8]?, _ writer: inout any ResponseBodyWriter
    ) async throws {
        var noted = download.range.lowerBound
        var done = noted
        do {
            var piece = first
            let clock = ContinuousClock()
            let begun = clock.now
            while let bytes = piece {
                // Nothing to send yet: a hole is being counted.
                if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
                done += UInt64(bytes.count)
                if done - noted >= 16 << 20 {
                    await sent.add(download.sentFile, noted..<done)
                    noted = done
                }
                if let rate = settings.rate {
                    let due = Double(done - download.range.lowerBound) / Double(rate)
                    try await clock.sleep(until: begun + .seconds(due))
                }
                // Whoever has all of it may go at once, and still gets the receipt.
                guard done < download.range.upperBound else { break }
                piece = try await pump.next()
            }
            await sent.add(download.sentFile, noted..<done)
            var outcome = "sent"
            do {
                try await finish(download, pump)
            } catch {
                // All was sent: the download must not break for want of a receipt.
                outcome = "sent, without a receipt: \(error)"
            }
            try await writer.finish(nil)
            log(download, sent: done - download.range.lowerBound, outcome)
        } catch {
            await sent.add(download.sentFile, noted..<done)
            if let error = error as? HomeError, !error.isShortage {
                await store.forget(download.snapshot.summary.id, of: download.user)
                log(download, sent: done - download.range.lowerBound, "ended: \(error)")
            } else {
                log(download, sent: done - download.range.lowerBound, "interrupted")
            }
            // The connection ends early, so that nobody takes it for the whole.
            throw error
        }
    }

    /// Gives a receipt once all of an archive was sent.
    private func finish(_ download: Download, _ pump: ArchivePump) async throws {
        guard let result = await pump.result, await sent.isWhole(download.sentFile, length: download.length) else {
            return
        }
        let receipt = try HomeReceipt(.download, download.snapshot, download.format, result)
        try receipts.add(receipt, of: download.user)
    }

    private func log(_ download: Download, sent: UInt64, _ outcome: String) {
        audit.add(
            AuditLog.Line(
                time: Date(), actor: download.user, user: download.user, action: "download",
                archive: "\(download.snapshot.summary.id).\(download.format.rawValue)", from: download.range.lowerBound,
                bytes: sent, outcome: outcome, address: download.address))
    }
}

extension HomeError {
    /// Whether it says nothing about the home.
    fileprivate var isShortage: Bool { if case .shortage = self { true } else { false } }
}
