import FleetTools
import Foundation
import Texts

extension HomeExport {
    /// Makes the archive.
    ///
    /// - Parameters:
    ///   - path: of the archive; nil: it goes to standard output.
    ///   - isCompressed: whether its files are compressed; it is a ZIP archive then.
    ///   - tell: is told each step.
    /// - Returns: the receipt, without its signature.
    /// - Throws: `HomeError`, `ReceiptError`, `CancellationError`, `FileError.held` when another process writes it.
    package func run(
        to path: String?, isCompressed: Bool, _ tell: (ExportEvent) -> Void = { _ in }
    ) throws -> HomeReceipt {
        guard let path else {
            let output = try ArchiveFile.standardOutput()
            let receipt = isCompressed ? try compress(output.write, tell) : try stream(output.write, tell)
            try sign(receipt, beside: "", tell)
            return receipt
        }
        return isCompressed ? try compress(to: path, tell) : try write(to: path, tell)
    }

    /// Streams a compressed ZIP archive. Its length is not known before, so nothing of it can be continued.
    ///
    /// - Throws: `HomeError`, `CancellationError`, and what `write` throws.
    package func compress(_ write: ([UInt8]) throws -> Void, _ tell: (ExportEvent) -> Void = { _ in }) throws
        -> HomeReceipt
    {
        let folder = try ScratchFolder(as: user, time: time)
        defer { withExtendedLifetime(folder) {} }
        let snapshot = try HomeSnapshot.take(of: home, owner: owner, in: folder.path, as: user, time: time) {
            tell(.scanned(things: $0, bytes: $1))
        }
        tell(.began(snapshot.summary, from: 0, length: snapshot.summary.zip.length))
        return try withoutActuallyEscaping(write) { write in
            try withoutActuallyEscaping(tell) { tell in
                var writer = try CompressedWriter(snapshot, time, write, tell)
                return try writer.run()
            }
        }
    }

    /// Makes the file; nothing is left of one that is not finished.
    ///
    /// - Throws: `HomeError`, `CancellationError`.
    package func compress(to path: String, _ tell: (ExportEvent) -> Void = { _ in }) throws -> HomeReceipt {
        try checkPlace(path)
        Self.sweep(path)
        let part = "\(path).\(ProcessInfo.processInfo.processIdentifier).part"
        defer { unlink(part) }
        let file = ArchiveFile(try Descriptor(creating: part), path: part)
        let receipt = try compress(file.write, tell)
        try file.synchronize()
        // Nothing can go on with it: a receipt without its archive is replaced by the next run, the other way round is not.
        try sign(receipt, beside: path, tell)
        guard FileWriting.name(part, path) else { throw HomeError.notWritten(path, reason: SystemError("link").reason) }
        return receipt
    }
}

extension HomeExport {
    /// Removes what processes left that were killed while they made this file.
    private static func sweep(_ path: String) {
        let url = URL(filePath: path)
        let folder = url.deletingLastPathComponent().path
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            let number = name.exact.without(prefix: "\(url.lastPathComponent).".exact)?.without(suffix: ".part")
            guard let number, let process = pid_t(number.text), process > 0, kill(process, 0) != 0,
                SystemError("kill").number == ESRCH
            else { continue }
            unlink(folder + "/" + name)
        }
    }
}
