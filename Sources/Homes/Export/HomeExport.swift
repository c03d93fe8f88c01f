import FleetTools
import Foundation
import Receipts
import Texts

/// Writes the archive of a home to a file that has its name only once all is written.
///
/// Until then it is `NAME.part`, and `NAME.part.state` says how far it is and what was read, so that the next run goes on
/// where this one was stopped, by whatever.
package struct HomeExport: Sendable {
    package let home: String
    package let owner: ExactText
    package let format: ArchiveFormat
    /// After so many bytes it makes sure that they are on the disk.
    var markEvery: UInt64 = 1 << 30
    package var time: any TimeSource = SystemTime()
    /// The user whom this process acts as.
    package var user = ProcessUser.current
    /// Signs the receipt, before what is needed to make it is forgotten: a kill never leaves an archive without one. Nil: there
    /// is none.
    package var receipts: ReceiptWriter?

    /// - Parameters:
    ///   - home: its path.
    ///   - owner: whose it is.
    ///   - format: of the archive.
    package init(of home: String, owner: ExactText, format: ArchiveFormat) {
        self.home = home
        self.owner = owner
        self.format = format
    }

    /// Streams the archive to what takes the next bytes; nothing of it can be continued later.
    ///
    /// - Throws: `HomeError`, `CancellationError`, and what `write` throws.
    package func stream(_ write: ([UInt8]) throws -> Void, _ tell: (ExportEvent) -> Void = { _ in }) throws
        -> HomeReceipt
    {
        let folder = try ScratchFolder(as: user, time: time)
        defer { withExtendedLifetime(folder) {} }
        let ahead = AheadThread(home, as: user, time: time)
        defer { ahead.abandon() }
        return try copy(try take(folder.path, ahead, tell), from: 0, ahead, tell) { piece, _ in try write(piece) }
    }

    /// Makes the file, or goes on with it.
    ///
    /// - Throws: `HomeError`, `ReceiptError`, `CancellationError`, `FileError.held` when another process writes it.
    package func write(to path: String, _ tell: (ExportEvent) -> Void = { _ in }) throws -> HomeReceipt {
        let place = ExportPlace(path)
        if let receipt = done(place) {
            place.clear()
            return receipt
        }
        if !place.isFinished { try checkPlace(path) }
        try place.checkPart()
        // Before anything is made for it.
        _ = try HomeWalk(home, as: user)
        try FileWriting.makeFolder(place.state, permissions: 0o700)
        let lock = try FileLock(path: place.state + "/lock", holder: "another process is writing \(path)")
        defer { withExtendedLifetime(lock) {} }
        if place.isFinished { return try complete(place, tell) }
        // Another process may have ended just now.
        try checkPlace(path)
        place.letGoOfFinished()
        var isWhole = true
        while true {
            do {
                let receipt = try goOn(place, tell)
                try place.publish()
                try sign(receipt, beside: path, tell)
                place.clear()
                return receipt
            } catch let error as HomeError {
                switch error {
                // A home in use changes; whoever asks again gets what it is now.
                case .outdated: break
                // What was kept is damaged. A second time, the disk is.
                case .brokenState where isWhole: isWhole = false
                default: throw error
                }
                tell(.startsOver(reason: error.description))
                place.forgetScan()
            }
        }
    }

    /// The receipt of an export whose process was killed when only tidying up was left; nil when that is not so.
    private func done(_ place: ExportPlace) -> HomeReceipt? {
        guard place.isTidiedInPart,
            let receipt = receipts?.present(usual: place.path + SignedReceipt.suffix)?.receipt,
            receipt.kind == .export, receipt.owner == owner
        else { return nil }
        var status = stat()
        return stat(place.path, &status) == 0 && UInt64(status.st_size) == receipt.length ? receipt : nil
    }

    /// Completes an export whose process was killed when it had just given the archive its name, which is not touched.
    private func complete(_ place: ExportPlace, _ tell: (ExportEvent) -> Void) throws -> HomeReceipt {
        do {
            let snapshot = try HomeSnapshot(folder: place.state)
            try checkBegun(snapshot, PartMark(place.state + "/mark", format), place.part)
            let ahead = AheadThread(home, as: user, time: time)
            defer { ahead.abandon() }
            let nothing: (ExportEvent) -> Void = { _ in }
            let receipt = try copy(snapshot, from: snapshot.summary.length(format), ahead, nothing) { _, _ in }
            try sign(receipt, beside: place.path, tell)
            place.clear()
            return receipt
        } catch is HomeError {
            place.clear()
            throw isThere(place.path)
        }
    }

    /// Signs and writes the receipt of an archive.
    /// - Throws: `ReceiptError`, `FileError`.
    func sign(_ receipt: HomeReceipt, beside path: String, _ tell: (ExportEvent) -> Void) throws {
        guard let receipts else { return }
        tell(.signed(try receipts.write(receipt, usual: path + SignedReceipt.suffix)))
    }

    private func isThere(_ path: String) -> HomeError {
        .notWritten(path, reason: "it is there already; name another file, or remove it")
    }

    /// - Throws: `HomeError.notWritten` when something is there, or the archive would be a part of the home.
    func checkPlace(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) != 0 else { throw isThere(path) }
        guard !RealPath.isIn(RealPath.of(path), RealPath.of(home)) else {
            throw HomeError.notWritten(path, reason: "it is in the home itself; name a file elsewhere")
        }
    }

    private func goOn(_ place: ExportPlace, _ tell: (ExportEvent) -> Void) throws -> HomeReceipt {
        let (part, mark) = (place.part, PartMark(place.state + "/mark", format))
        let present = try? HomeSnapshot(folder: place.state)
        if let present, FileManager.default.fileExists(atPath: part) {
            try checkBegun(present, mark, part)
        }
        if present == nil, FileManager.default.fileExists(atPath: place.state + "/snapshot.json") {
            tell(.startsOver(reason: "what was kept of \(part) cannot be read"))
        }
        let goesOn = present != nil && FileManager.default.fileExists(atPath: part)
        let ahead = AheadThread(home, as: user, time: time)
        defer { ahead.abandon() }
        // A part never stands beside a scan that is not its own, whenever this ends.
        let descriptor = try Descriptor(creating: part, flags: goesOn ? 0 : O_TRUNC)
        if !goesOn { try mark.set(0) }
        let snapshot = goesOn ? try present ?? take(place.state, ahead, tell) : try take(place.state, ahead, tell)
        let length = snapshot.summary.length(format)
        do {
            try ExportRoom(part, as: user).check(snapshot.summary, format)
        } catch {
            if !goesOn { place.clear() }
            throw error
        }
        let offset = try mark.cut(descriptor, path: part)
        guard offset <= length else { throw HomeError.brokenState(part, reason: "it is longer than the archive") }
        let file = ArchiveFile(descriptor, path: part)
        var marked = offset
        let receipt = try copy(snapshot, from: offset, ahead, tell) { piece, done in
            try file.write(piece)
            guard done - marked >= markEvery else { return }
            try file.synchronize()
            try snapshot.table(format).synchronize()
            try mark.set(done)
            marked = done
        }
        try file.synchronize()
        return receipt
    }

    /// - Throws: `HomeError.notWritten` when what was begun is something else.
    private func checkBegun(_ present: HomeSnapshot, _ mark: PartMark, _ part: String) throws {
        guard present.summary.home == home.exact, present.summary.owner == owner else {
            throw HomeError.notWritten(part, reason: "it was begun for another home; remove it to start over")
        }
        guard mark.begun ?? format == format else {
            throw HomeError.notWritten(
                part,
                reason:
                    "it was begun as \(mark.begun?.rawValue ?? ""); go on with that form, or remove it to start over")
        }
    }

    private func take(_ folder: String, _ ahead: AheadThread, _ tell: (ExportEvent) -> Void) throws -> HomeSnapshot {
        try HomeSnapshot.take(of: home, owner: owner, in: folder, ahead: ahead, as: user, time: time) {
            tell(.scanned(things: $0, bytes: $1))
        }
    }

    private func copy(
        _ snapshot: HomeSnapshot, from offset: UInt64, _ ahead: AheadThread, _ tell: (ExportEvent) -> Void,
        _ write: (_ piece: [UInt8], _ done: UInt64) throws -> Void
    ) throws -> HomeReceipt {
        let length = snapshot.summary.length(format)
        tell(.began(snapshot.summary, from: offset, length: length))
        let stream = try ArchiveStream(snapshot, format, from: offset, ahead: ahead)
        var done = offset
        while let piece = try stream.next() {
            done += UInt64(piece.count)
            try write(piece, done)
            tell(.wrote(bytes: done, files: stream.filesDone))
        }
        guard let result = stream.result else { throw HomeError.brokenState(snapshot.folder, reason: "it has no end") }
        return try HomeReceipt(.export, snapshot, format, result, finished: time.now)
    }
}
