import FleetTools
import Foundation

/// What is known before anything is written.
extension MoveRun {
    /// What one home needs.
    struct Estimate {
        var files = 0
        var bytes: Int64 = 0
        /// Bytes on the disk.
        var disk: Int64 = 0
        /// Bytes of all files, which are compared.
        var all: Int64 = 0
        /// Whether the target is one of its folders: paths do not say so when that is mounted twice.
        var holdsTarget = false
        var result: MoveResult.Home?
        var failure: (any Error)?
    }

    /// Looks at all homes.
    ///
    /// Throws `MoveError` when the target is in one of them, and `CancellationError`.
    func plan(_ homes: [MoveNames.Home]) throws -> [[UInt8]: Estimate] {
        var estimates: [[UInt8]: Estimate] = [:]
        for (index, home) in homes.enumerated() {
            meter.change { $0.title = "Looking at \(ByteText.readable(home.folder)), \(index + 1) of \(homes.count)" }
            // What is wrong with a home is said when it is its turn.
            do { estimates[home.folder] = try estimate(home) } catch let error as CancellationError {
                throw error
            } catch {
                estimates[home.folder] = Estimate(failure: error)
            }
        }
        if let within = homes.first(where: { estimates[$0.folder]?.holdsTarget == true }) {
            throw MoveError(
                "\(settings.to) is a folder of \(settings.from)/\(ByteText.readable(within.folder)), mounted twice; name two "
                    + "places. Nothing was written")
        }
        meter.change { facts in
            facts.totalFiles = estimates.values.reduce(0) { $0 + $1.files }
            facts.totalBytes = estimates.values.reduce(0) { $0 + $1.bytes + (settings.isDryRun ? 0 : 2 * $1.all) }
        }
        return estimates
    }

    private func estimate(_ home: MoveNames.Home) throws -> Estimate {
        var dry = settings
        dry.isDryRun = true
        let buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        let mover = try HomeMover(home, dry, buffer: buffer) { _, _ in }
        var estimate = Estimate()
        let target = FileFacts.of(mover.target.folder([]))?.place
        if let place = FileFacts.of(home.folder, in: mover.source)?.place { estimate.holdsTarget = place == target }
        try HomeWalk(settings.from + "/" + String(decoding: home.folder, as: UTF8.self)).run { found in
            guard case .entry(let entry) = found else {
                if case .problem(let problem) = found { mover.result.skip(problem.path, problem.moveExplanation) }
                return
            }
            guard let facts = FileFacts.of(mover.sourcePath(entry.path), in: mover.source) else { return }
            if facts.kind == .file { estimate.all += facts.size }
            if facts.place == target { estimate.holdsTarget = true }
            switch mover.verdict(entry.path, facts, FileFacts.of(mover.targetPath(entry.path), in: mover.target)) {
            case .same: mover.result.unchanged += facts.kind == .folder ? 0 : 1
            case .conflict(let why): mover.result.conflict(entry.path, why)
            case .new, .changed:
                estimate.disk += max(facts.allocated, 4096)
                guard facts.kind != .folder else { return }
                estimate.files += 1
                estimate.bytes += facts.kind == .file ? facts.size : 0
            }
        }
        mover.result.copied = estimate.files
        mover.result.copiedBytes = estimate.bytes
        estimate.result = mover.result
        return estimate
    }

    /// Throws `MoveError`.
    func checkSpace(_ estimates: [[UInt8]: Estimate]) throws {
        var space = statvfs()
        guard statvfs(settings.to, &space) == 0 else { return }
        let needed = estimates.values.reduce(0) { $0 + $1.disk }
        let free = Int64(clamping: UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize)).0)
        if needed > free {
            throw MoveError(
                "\(settings.to) has \(ByteAmount.text(free)) free, and \(ByteAmount.text(needed)) are to be written; make "
                    + "room, or move some homes with --user. Nothing was written")
        }
        let files = estimates.values.reduce(0) { $0 + $1.files }
        if space.f_files > 0, files > Int(clamping: UInt64(space.f_favail)) {
            throw MoveError(
                "\(settings.to) has room for \(space.f_favail) more files, and \(files) are to be written. Nothing was "
                    + "written")
        }
    }
}
