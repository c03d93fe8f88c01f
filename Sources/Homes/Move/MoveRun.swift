import FleetTools
import Foundation

/// Moves the homes of all users, one after the other, and compares both sides.
package struct MoveRun: Sendable {
    private let settings: MoveSettings
    private let tell: @Sendable (MoveEvent) -> Void
    private static let pieceSize = 1 << 20

    /// - Parameters:
    ///   - settings: what is moved, and how.
    ///   - tell: is told each step, also by two threads at once.
    package init(_ settings: MoveSettings, _ tell: @escaping @Sendable (MoveEvent) -> Void = { _ in }) {
        self.settings = settings
        self.tell = tell
    }

    /// - Throws: what keeps all homes from being moved: `MoveError`, `UserMapError`, `HomeError`, `FileError`; and
    ///   `CancellationError`. What goes wrong with one home is part of the result.
    package func run() async throws -> MoveResult {
        try MovePlaces(settings).check()
        var result = MoveResult(
            source: settings.from, target: settings.to, started: settings.time.now.wholeSeconds,
            ended: settings.time.now.wholeSeconds, isFinal: settings.isFinal, isDryRun: settings.isDryRun)
        let (homes, all) = try chooseHomes(&result)
        // A first run writes nothing before it is known that it can be done.
        let isBegun = FileManager.default.fileExists(atPath: settings.stateFolder)
        var lock = settings.isReadOnly || !isBegun ? nil : try makeState()
        defer { withExtendedLifetime(lock) {} }
        result.withoutSource = try EarlierCopies(settings, homes: all, chosen: homes).find()
        let plan = try settings.isVerifyOnly ? MovePlan(settings) : MovePlan(settings, homes, tell)
        if !settings.isReadOnly {
            try plan.checkSpace()
            lock = try lock ?? makeState()
        }
        for home in homes {
            try Task.checkCancellation()
            result.homes.append(await move(home, plan[home]))
        }
        try Task.checkCancellation()
        result.ended = settings.time.now.wholeSeconds
        return result
    }

    /// The homes to be moved, and all that could be.
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
        if homes.isEmpty { throw MoveError.noHomes(settings.from) }
        return (homes, all)
    }

    /// The homes of the users that were asked for, each once.
    private func chosen(_ names: MoveNames, _ plan: MoveNames.Plan) throws -> [MoveNames.Home] {
        var seen: Set<[UInt8]> = []
        return try settings.users.map { try home(of: $0, names, plan) }.filter { seen.insert($0.folder).inserted }
    }

    private func home(of user: String, _ names: MoveNames, _ plan: MoveNames.Plan) throws -> MoveNames.Home {
        let folder = names.folder(of: user)
        guard let folder, let home = plan.homes.first(where: { $0.folder == Array(folder.utf8) }) else {
            if let folder { try HomeFolders.checkIsNoLink("\(settings.from)/\(folder)") }
            throw MoveError.noHome(user: user, settings.from, folder: folder)
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

    private func move(_ home: MoveNames.Home, _ estimate: MovePlan.Estimate?) async -> MoveResult.Home {
        var result = MoveResult.Home(home)
        let shown = ByteText.readable(home.folder)
        do {
            guard String(validating: home.folder, as: UTF8.self) != nil else { throw MoveFailure.nameIsNoText }
            if settings.isDryRun {
                if let planned = estimate?.result { return planned }
                throw estimate?.failure ?? MoveFailure.notLookedAt
            }
            if !settings.isVerifyOnly {
                tell(.copies(home: shown))
                try copy(home, &result)
            }
            tell(.compares(home: shown))
            try await compare(home, &result)
        } catch {
            result.state = .failed
            result.failure = error is CancellationError ? "interrupted; run it again to go on" : "\(error)"
        }
        if !settings.isDryRun { tell(.moved(result)) }
        return result
    }

    private func copy(_ home: MoveNames.Home, _ result: inout MoveResult.Home) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
        defer { buffer.deallocate() }
        let mover = try HomeMover(home, settings, buffer: buffer) { [tell] in tell(.did(bytes: $0, files: $1)) }
        defer { result = mover.result }
        try mover.run()
    }

    private func compare(_ home: MoveNames.Home, _ result: inout MoveResult.Home) async throws {
        async let first = digest(of: settings.from, home.folder)
        async let second = digest(of: settings.to, home.target)
        let (source, target) = try await (first, second)
        result.compare(source, target)
    }

    private func digest(of homes: String, _ folder: [UInt8]) async throws -> TreeDigest {
        try TreeDigest(
            of: homes + "/" + String(decoding: folder, as: UTF8.self), settingIDs: settings.keepsSettingIDs,
            as: settings.user
        ) { tell(.did(bytes: $0, files: 0)) }
    }
}
