import FleetTools
import Foundation
import HTTPTypes
import Homes
import Hummingbird
import NIOCore

/// The sender of archives: within the limits of the operator, with a line in the log for each, and a receipt once all of
/// an archive was sent.
struct DownloadSender: Sendable {
    private let store: HomeStore
    private let receipts: ReceiptStore
    private let audit: AuditLog
    private let gate: DownloadGate
    private let rate: Int?
    private let time: any TimeSource
    private let sent = SentParts()

    /// - Parameters:
    ///   - settings: how many downloads at once, and how fast.
    ///   - store: the scans that are sent.
    ///   - receipts: takes those of what was sent.
    ///   - audit: takes a line for each download.
    ///   - time: measures how fast they are.
    init(
        _ settings: HomeServiceSettings, store: HomeStore, receipts: ReceiptStore, audit: AuditLog, time: any TimeSource
    ) {
        self.store = store
        self.receipts = receipts
        self.audit = audit
        gate = DownloadGate(limit: settings.downloads, limitPerUser: settings.downloadsPerUser)
        rate = settings.rate
        self.time = time
    }

    /// Begins to send what a download wants.
    ///
    /// - Throws: `DownloadRefusal`.
    func send(_ download: Download) async throws -> Response {
        let ticket = try DownloadTicket(gate, store.uses, download.user, download.snapshot.folder)
        let pump: ArchivePump
        let first: [UInt8]?
        do {
            pump = try ArchivePump(
                download.snapshot, download.format, download.range, isWanted: download.isWanted)
            first = try await pump.next()
        } catch let error as HomeError {
            log(download, sent: 0, "refused: \(error)")
            throw await refusal(download, error)
        }
        await sent.begin(download.sentFile, at: download.range.lowerBound)
        return Response(
            status: download.isWhole ? .ok : .partialContent, headers: download.headers,
            body: ResponseBody(contentLength: download.range.count) { writer in
                defer { withExtendedLifetime(ticket) {} }
                try await stream(download, pump, first, &writer)
            })
    }

    /// The refusal of an archive that cannot be read; the details are in the log.
    private func refusal(_ download: Download, _ error: HomeError) async -> DownloadRefusal {
        switch error {
        case .outdated:
            await store.forget(download.snapshot.summary.id, of: download.user)
            return .archiveGone
        case .brokenState:
            await store.forget(download.snapshot.summary.id, of: download.user)
            return .archiveDamaged
        case .shortage: return .tooMany
        default: return .troubled(ServiceTrouble(error))
        }
    }

    private func stream(
        _ download: Download, _ pump: ArchivePump, _ first: [UInt8]?, _ writer: inout any ResponseBodyWriter
    ) async throws {
        var (noted, done) = (download.range.lowerBound, download.range.lowerBound)
        do {
            var piece = first
            let begun = time.instant
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
                if let rate {
                    let due = Double(done - download.range.lowerBound) / Double(rate)
                    try await time.sleep(for: begun + .seconds(due) - time.instant)
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

    /// Writes a receipt once all of an archive was sent.
    private func giveReceipt(_ download: Download, _ pump: ArchivePump) async throws {
        guard let result = await pump.result, await sent.isWhole(download.sentFile, length: download.length) else {
            return
        }
        let receipt = try HomeReceipt(
            .download, download.snapshot, download.format, result, finished: time.now)
        try receipts.add(receipt, of: download.user)
    }

    private func log(_ download: Download, sent: UInt64, _ outcome: String) {
        audit.add(
            AuditLog.Line(
                time: time.now, actor: download.user, user: download.user, action: "download",
                archive: "\(download.snapshot.summary.id).\(download.format.rawValue)", from: download.range.lowerBound,
                bytes: sent, outcome: outcome, address: download.sender))
    }
}
