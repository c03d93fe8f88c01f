import FleetTools
import Foundation

/// Moves the homes of all users, one after the other, and compares both sides.
package struct MoveRun: Sendable {
    let settings: MoveSettings
    let meter: ProgressMeter
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
        // A first run writes nothing before it is known that it can be done.
        let isBegun = FileManager.default.fileExists(atPath: settings.stateFolder)
        var lock = settings.isReadOnly || !isBegun ? nil : try makeState()
        defer { withExtendedLifetime(lock) {} }
        result.withoutSource = try EarlierCopies(settings, homes: all, chosen: homes).find()
        let estimates = try settings.isVerifyOnly ? [:] : plan(homes)
        if !settings.isReadOnly {
            try checkSpace(estimates)
            lock = try lock ?? makeState()
        }
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
    ) throws -> (chosen: [MoveNames.Home], all: [MoveNames.Home]) {
        let folders = try HomeFolders(settings.from)
        _ = try HomeFolders(settings.to)
        result.leftOut = folders.others + (settings.withShared ? [] : folders.shared.map(ByteText.readable))
        let names = try MoveNames(map: settings.map, from: settings.fromScheme, to: settings.toScheme)
        let plan = try names.plan(folders: folders.users, isStrict: settings.isStrict)
        result.withoutHome = plan.unused.map(\.old)
        result.unnamed = plan.unnamed
        let all = plan.homes + folders.shared.map { MoveNames.Home(folder: $0, target: $0, user: nil, newUser: nil) }
        guard settings.users.isEmpty else { return (try chosen(names, plan), all) }
        let homes = settings.withShared ? all : plan.homes
        if homes.isEmpty { throw MoveError("\(settings.from) has no homes in it; is it mounted?") }
        return (homes, all)
    }

    /// Those of the users that were asked for, each once.
    private func chosen(_ names: MoveNames, _ plan: MoveNames.Plan) throws -> [MoveNames.Home] {
        var seen: Set<[UInt8]> = []
        return try settings.users.map { try home(of: $0, names, plan) }.filter { seen.insert($0.folder).inserted }
    }

    private func home(of user: String, _ names: MoveNames, _ plan: MoveNames.Plan) throws -> MoveNames.Home {
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

    // MARK: - One home

    private func move(_ home: MoveNames.Home, _ estimate: Estimate?) async -> MoveResult.Home {
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

    private func compare(_ home: MoveNames.Home, _ result: inout MoveResult.Home) async throws {
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
