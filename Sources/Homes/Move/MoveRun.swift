import FleetTools
import Foundation

/// Moves the homes of all users, one after the other, and compares both sides.
package struct MoveRun: Sendable {
    private let settings: MoveSettings
    private let meter: ProgressMeter
    private static let pieceSize = 1 << 20

    /// - Parameters:
    ///   - settings: what is moved.
    ///   - meter: where it is shown how far that is.
    package init(_ settings: MoveSettings, meter: ProgressMeter) {
        self.settings = settings
        self.meter = meter
    }

    /// - Throws: what keeps all homes from being moved: `MoveError`, `UserMapError`, `HomeError`, `FileError`; and
    ///   `CancellationError`. What goes wrong with one home is part of the result.
    package func run() async throws -> MoveResult {
        try MovePlaces(settings).check()
        var result = MoveResult(
            source: settings.from, target: settings.to, started: Self.now, ended: Self.now,
            isFinal: settings.isFinal, isDryRun: settings.isDryRun)
        let (homes, all) = try chooseHomes(&result)
        let lock = settings.isReadOnly ? nil : try makeState()
        defer { withExtendedLifetime(lock) {} }
        result.withoutSource = try EarlierCopies(settings, homes: all, chosen: homes).find()
        let estimates = try settings.isVerifyOnly ? [:] : plan(homes)
        if !settings.isReadOnly { try checkSpace(estimates) }
        for home in homes {
            try Task.checkCancellation()
            result.homes.append(await move(home, estimates[home.folder]))
        }
        try Task.checkCancellation()
        result.ended = Self.now
        return result
    }

    private static var now: Date { Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down)) }

    /// Those to be moved, and all that could be.
    private func chooseHomes(
        _ result: inout MoveResult
    ) throws -> (chosen: [HomeNames.Home], all: [HomeNames.Home]) {
        let folders = try HomeFolders(settings.from)
        _ = try HomeFolders(settings.to)
        result.leftOut = folders.others + (settings.withShared ? [] : folders.shared.map(ByteText.readable))
        let names = try HomeNames(map: settings.map, from: settings.fromScheme, to: settings.toScheme)
        let plan = try names.plan(folders: folders.users, isStrict: settings.isStrict)
        result.withoutHome = plan.unused.map(\.old)
        result.unnamed = plan.unnamed
        let all = plan.homes + folders.shared.map { HomeNames.Home(folder: $0, target: $0, user: nil, newUser: nil) }
        guard settings.users.isEmpty else { return (try chosen(names, plan), all) }
        let homes = settings.withShared ? all : plan.homes
        if homes.isEmpty { throw MoveError("\(settings.from) has no homes in it; is it mounted?") }
        return (homes, all)
    }

    /// Those of the users that were asked for, each once.
    private func chosen(_ names: HomeNames, _ plan: HomeNames.Plan) throws -> [HomeNames.Home] {
        var seen: Set<[UInt8]> = []
        return try settings.users.map { try home(of: $0, names, plan) }.filter { seen.insert($0.folder).inserted }
    }

    private func home(of user: String, _ names: HomeNames, _ plan: HomeNames.Plan) throws -> HomeNames.Home {
        guard let folder = names.folder(of: user),
            let home = plan.homes.first(where: { $0.folder == Array(folder.utf8) })
        else {
            let folder = names.folder(of: user).map { "; its folder would be \($0)" } ?? ""
            throw MoveError("\(user) has no home in \(settings.from)\(folder). Check the name and --from-scheme")
        }
        return home
    }

    private func makeState() throws -> FileLock {
        try FileWriting.makeFolder(settings.stateFolder, permissions: 0o700)
        try FileWriting.makeFolder(settings.stateFolder + "/homes", permissions: 0o700)
        return try FileLock(
            path: settings.stateFolder + "/lock",
            holder: "process \(getpid()) moves homes into \(settings.to) now; wait until it has ended")
    }

    // MARK: - Before

    /// What one home needs.
    struct Estimate {
        var files = 0
        var bytes: Int64 = 0
        /// Bytes on the disk.
        var disk: Int64 = 0
        /// Bytes of all files, which are compared.
        var all: Int64 = 0
        var result: MoveResult.Home?
        var failure: (any Error)?
    }

    private func plan(_ homes: [HomeNames.Home]) throws -> [[UInt8]: Estimate] {
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
        meter.change { facts in
            facts.totalFiles = estimates.values.reduce(0) { $0 + $1.files }
            facts.totalBytes = estimates.values.reduce(0) { $0 + $1.bytes + (settings.isDryRun ? 0 : 2 * $1.all) }
        }
        return estimates
    }

    private func estimate(_ home: HomeNames.Home) throws -> Estimate {
        var dry = settings
        dry.isDryRun = true
        let buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        let mover = try HomeMover(home, dry, buffer: buffer) { _, _ in }
        var estimate = Estimate()
        try HomeWalk(settings.from + "/" + String(decoding: home.folder, as: UTF8.self)).run { found in
            guard case .entry(let entry) = found else {
                if case .problem(let problem) = found { mover.result.skip(problem.path, problem.moveExplanation) }
                return
            }
            guard let facts = FileFacts.of(mover.sourcePath(entry.path), in: mover.source) else { return }
            if facts.kind == .file { estimate.all += facts.size }
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

    private func checkSpace(_ estimates: [[UInt8]: Estimate]) throws {
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

    // MARK: - One home

    private func move(_ home: HomeNames.Home, _ estimate: Estimate?) async -> MoveResult.Home {
        var result = MoveResult.Home(home)
        let shown = ByteText.readable(home.folder)
        do {
            guard String(validating: home.folder, as: UTF8.self) != nil else {
                throw MoveFailure("the folder's name is no UTF-8; rename it", error: EILSEQ)
            }
            if settings.isDryRun {
                if let planned = estimate?.result { return planned }
                throw estimate?.failure ?? MoveFailure("it cannot be looked at", error: EACCES)
            }
            if !settings.isVerifyOnly {
                meter.change { $0.title = "Copying \(shown)" }
                let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
                defer { buffer.deallocate() }
                let mover = try HomeMover(home, settings, buffer: buffer) { [meter] in meter.add(bytes: $0, files: $1) }
                defer { result = mover.result }
                try mover.run()
            }
            meter.change { $0.title = "Comparing \(shown)" }
            try await compare(home, &result)
        } catch {
            result.state = .failed
            result.failure = error is CancellationError ? "interrupted; run it again to go on" : "\(error)"
        }
        if !settings.isDryRun { meter.message(result.line) }
        return result
    }

    private func compare(_ home: HomeNames.Home, _ result: inout MoveResult.Home) async throws {
        let keeps = settings.keepsSettingIDs
        let (from, to) = (
            settings.from + "/" + String(decoding: home.folder, as: UTF8.self),
            settings.to + "/" + String(decoding: home.target, as: UTF8.self)
        )
        async let first = TreeDigest(of: from, settingIDs: keeps) { [meter] in meter.add(bytes: $0) }
        async let second = TreeDigest(of: to, settingIDs: keeps) { [meter] in meter.add(bytes: $0) }
        let (source, target) = try await (first, second)
        result.compare(source, target)
    }
}

/// Why nothing can be moved.
package struct MoveError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension MoveResult.Home {
    /// Takes in what both sides are.
    mutating func compare(_ source: TreeDigest, _ target: TreeDigest) {
        (files, bytes) = (source.files, source.bytes)
        (sourceRoot, targetRoot) = (source.root, target.root)
        let seen = Set(skipped.map(\.path))
        for problem in source.problems where !seen.contains(problem.shownPath) {
            skip(problem.path, problem.moveExplanation)
        }
        if source.root != target.root {
            for difference in source.leaves.differences(to: target.leaves) {
                differ(difference.path, difference.what.rawValue)
            }
        }
        // What has nothing in it to be moved is no loss; what cannot be read is.
        let isWhole = (source.problems + target.problems).allSatisfy { $0.reason == .special }
        state = source.root == target.root && isWhole && counts.conflicts == 0 ? .same : .differs
    }

    /// One line for logs.
    package var line: String {
        let name = folder == target ? folder : "\(folder) to \(target)"
        if let failure { return "\(name): failed: \(failure)" }
        let numbers = "\(copied) copied (\(ByteAmount.text(copiedBytes))), \(unchanged) unchanged, \(removed) removed"
        return "\(name): \(numbers), \(state == .same ? "the same on both sides" : "differs")"
    }
}
