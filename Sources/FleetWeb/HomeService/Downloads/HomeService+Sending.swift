import FleetTools
import Foundation
import HTTPTypes
import Homes
import Hummingbird
import NIOCore

extension HomeService {
    /// Begins to send what a download wants; with `HEAD` only says what it would be.
    func send(_ download: Download, _ method: HTTPRequest.Method) async throws -> Response {
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
        } catch let error as HomeError {
            log(download, sent: 0, "refused: \(error)")
            return await refusal(download, error)
        }
        await sent.begin(download.sentFile, at: download.range.lowerBound)
        return Response(
            status: status, headers: headers,
            body: ResponseBody(contentLength: download.range.count) { writer in
                defer { withExtendedLifetime(ticket) {} }
                try await stream(download, pump, first, &writer)
            })
    }

    /// What a user is told whose archive cannot be sent; the details are in the log.
    private func refusal(_ download: Download, _ error: HomeError) async -> Response {
        switch error {
        case .outdated:
            await store.forget(download.snapshot.summary.id, of: download.user)
            return gone
        case .brokenState:
            await store.forget(download.snapshot.summary.id, of: download.user)
            return pages.message(
                .gone, "This archive is no longer there",
                "What the service had noted about it is damaged, so it cannot be continued. Your files are as they were. "
                    + "Start a new download.")
        case .shortage: return busy(.tooMany)
        default: return later(PlainWords.of(error))
        }
    }

    /// Says that it does not work now, for a reason that will pass.
    func later(_ reason: String) -> Response {
        var response = pages.message(.serviceUnavailable, "The service cannot do this at the moment", reason)
        response.headers[.retryAfter] = "300"
        return response
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
        var (noted, done) = (download.range.lowerBound, download.range.lowerBound)
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
                // Whoever has all of it may go at once, and still gets the receipt.
                guard done < download.range.upperBound else { break }
                if let rate = settings.rate {
                    let due = Double(done - download.range.lowerBound) / Double(rate)
                    try await clock.sleep(until: begun + .seconds(due))
                }
                piece = try await pump.next()
            }
        } catch {
            await sent.add(download.sentFile, noted..<done)
            await end(download, sent: done - download.range.lowerBound, error)
            // The connection ends early, so that nobody takes it for the whole.
            throw error
        }
        await sent.add(download.sentFile, noted..<done)
        var outcome = "sent"
        do {
            try await giveReceipt(download, pump)
        } catch {
            // All was sent: the download must not break for want of a receipt.
            outcome = "sent, without a receipt: \(error)"
        }
        // A client that has all of it may be gone by now.
        try? await writer.finish(nil)
        log(download, sent: done - download.range.lowerBound, outcome)
    }

    /// Notes that a download ended early. It can go on, unless its files, or what is known of them, are no more what
    /// they were.
    private func end(_ download: Download, sent: UInt64, _ error: any Error) async {
        switch error {
        case HomeError.outdated, HomeError.brokenState:
            await store.forget(download.snapshot.summary.id, of: download.user)
            log(download, sent: sent, "ended: \(error)")
        case let trouble as HomeError: log(download, sent: sent, "interrupted: \(trouble)")
        default: log(download, sent: sent, "interrupted")
        }
    }

    /// Gives a receipt once all of an archive was sent.
    private func giveReceipt(_ download: Download, _ pump: ArchivePump) async throws {
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
