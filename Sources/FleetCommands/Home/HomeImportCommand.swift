import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Homes

/// `hubfleet home import ARCHIVE --to PATH`
struct HomeImportCommand: FleetCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put an archive back into a folder, or a folder of archives into a folder of homes.",
        discussion: """
            Reads ZIP and tar archives of Hubfleet, and those of other programs. Hubfleet's are checked before anything is \
            written. An archive that would write outside of the folder is refused. What is there already and differs is \
            overwritten only with --replace. An import that was interrupted goes on when it is asked for again.

            hubfleet home import ada.zip --to /export/prod/ada
            hubfleet home import archives/ --to /export/prod --user-map users.csv
            """
    )

    @Argument(help: "The archive, or a folder of archives that are named after their users.", completion: .file())
    var archive: String

    @Option(help: "The folder; for a folder of archives, the folder of all homes.", completion: .directory)
    var to: String

    @Option(help: "A table of old and new names of users' folders, as CSV: old,new.", completion: .file())
    var userMap: String?

    @Flag(help: "Overwrite what is there already and differs.")
    var replace = false

    @Flag(help: "Make links that lead out of the folder, too.")
    var keepOuterLinks = false

    @Option(help: "What may be in a home when all is done, such as 10Gi; default: what fits on the disk.")
    var quota: String?

    @Option(
        help: ArgumentHelp("Who owns what is made, for root; default: the owner of the folder.", valueName: "uid:gid"))
    var owner: String?

    @OptionGroup var receipts: ReceiptOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var logging: LoggingOptions

    func validate() throws {
        try GivenPaths.check(["the archive": archive, "--to": to, "--user-map": userMap])
        try output.check(besides: receipts.receipt)
        _ = try task(archive, to)
    }

    func run(in context: FleetContext) async throws {
        if owner != nil, !context.isRoot { throw Refusal("only root can give files away; leave out --owner") }
        let folder = try ArchiveFolder(ifFolder: context.url(archive))
        let tasks = try tasks(folder, in: context)
        let writer = try writer(tasks, isOfMany: folder != nil, in: context)
        var (results, failures) = ([(name: String, result: HomeImport.Result)](), 0)
        for task in tasks {
            do {
                try writer.check(usual: task.receipt)
                let result = try await run(task, in: context)
                let name = folder == nil ? "" : task.name + ": "
                tell(result, name, of: folder.flatMap { _ in ArchiveFolder.user(of: task.archiveName) }, in: context)
                results.append((name, result))
                try writer.write(result, to: task.receipt)
            } catch let error where tasks.count > 1 && !(error is CancellationError) && !(error is ExitCode) {
                failures += 1
                context.output.message("\(task.archiveName.printable): \(error)")
            }
        }
        try output.print(results.map(\.result), besides: receipts.receipt, in: context) {
            results.map { $0.name + $0.result.text }.joined(separator: "\n")
        }
        let unreadable = results.reduce(0) { $0 + $1.result.unreadable }
        if unreadable > 0 {
            context.output.message("\(unreadable) files cannot be read; unpack them with the program that packed them")
        }
        if failures + unreadable > 0 { throw ExitStatus.failure }
    }

    /// What is wrong with the receipts is found out before hours of work.
    private func writer(_ tasks: [HomeImport], isOfMany: Bool, in context: FleetContext) throws -> ReceiptWriter {
        let writer =
            isOfMany
            ? try receipts.signing.writer(folder: receipts.receipt, in: context)
            : try receipts.writer(notOver: tasks.map(\.target), in: context)
        for task in tasks { try writer.checkFolder(usual: task.receipt) }
        return writer
    }

    private func run(_ task: HomeImport, in context: FleetContext) async throws -> HomeImport.Result {
        let name = task.name
        let meter = ProgressMeter(output: context.output, ProgressFacts(title: "Checking \(name)"))
        return try await Interruption.guarded {
            defer { meter.finish() }
            do {
                return try task.run { event in
                    switch event {
                    case .began(let bytes, let files):
                        meter.change {
                            $0 = ProgressFacts(
                                title: "Writing \(name)", totalBytes: Int64(clamping: bytes), totalFiles: files)
                        }
                    case .wrote(let bytes, let files): meter.add(bytes: Int64(bytes), files: files)
                    }
                }
            } catch is CancellationError {
                meter.message("\(name): stopped; the same command goes on with what is missing")
                throw CancellationError()
            }
        }
    }

    /// `user`: of the archive's name, in a folder of archives.
    private func tell(_ result: HomeImport.Result, _ name: String, of user: String?, in context: FleetContext) {
        if let user, let owner = result.owner, owner != user {
            context.output.message("\(name)the archive says that it is the home of \(owner.printable)")
        }
        for exception in result.exceptions {
            context.output.message("\(name)\(exception.path.printable): left out: \(exception.reason)")
        }
    }

    /// The archives with their folders.
    private func tasks(_ folder: ArchiveFolder?, in context: FleetContext) throws -> [HomeImport] {
        let (source, target) = (context.url(archive), context.url(to))
        guard let folder else {
            if userMap != nil { throw Refusal("--user-map is for a folder of archives") }
            return [try task(source.path, target.path)]
        }
        folder.tell(in: context)
        let names = try MoveNames(map: try map(in: context), from: .plain, to: .plain)
        let plan = try names.plan(folders: folder.archives.map { Array($0.user.utf8) })
        for line in plan.unused { context.output.message("\(line.old), line \(line.number): no archive has this name") }
        if userMap != nil {
            for name in plan.unnamed { context.output.message("\(name): not in the map, so it keeps its name") }
        }
        return try folder.archives.map { archive in
            let bytes = names.target(ofFolder: Array(archive.user.utf8)).target
            if !HomeFolders.isHome(bytes) {
                context.output.message("\(archive.file.printable): no hub takes a folder of this name for a home")
            }
            let new = String(decoding: bytes, as: UTF8.self)
            return try task(source.appending(path: archive.file).path, target.appending(path: new).path)
        }
    }

    private func map(in context: FleetContext) throws -> UserMap {
        guard let userMap else { return .empty }
        let path = context.url(userMap).path
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Refusal("\(path) cannot be read")
        }
        return try UserMap(Array(bytes), file: userMap)
    }

    private func task(_ archive: String, _ target: String) throws -> HomeImport {
        var task = HomeImport(archive, to: target)
        task.replaces = replace
        task.keepsOuterLinks = keepOuterLinks
        task.quota = try quota.map { text in
            guard let bytes = DiskQuota.bytes(text), bytes >= 0 else {
                throw ValidationError("--quota \(text) is no amount of bytes, such as 10Gi or 500M")
            }
            return UInt64(bytes)
        }
        task.account = try owner.map { text in
            guard let owner = HomeOwner(text) else {
                throw ValidationError("--owner \(text) is no UID:GID, such as 1000:100")
            }
            return owner
        }
        return task
    }
}

extension HomeImport {
    /// The home's, for people.
    fileprivate var name: String { URL(filePath: target).lastPathComponent.printable }
    fileprivate var archiveName: String { URL(filePath: archive).lastPathComponent }
    /// Its usual place.
    fileprivate var receipt: String { archive + ".import-receipt.json" }
}

extension HomeImport.Result {
    fileprivate var text: String {
        let left = exceptions.isEmpty ? "" : ", \(exceptions.count) left out"
        let root = root.map { ", root \($0)" } ?? ", no manifest to check it by"
        return
            "\(files) files, \(folders) folders, \(links) links, \(bytes) bytes, \(present) there already\(left)\(root)"
    }
}
