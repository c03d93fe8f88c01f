import ArgumentParser
import FleetModel
import FleetTools
import Foundation
import Homes

/// `hubfleet home import ARCHIVE --to PATH`
struct HomeImportCommand: AsyncParsableCommand {
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

    func validate() throws { try output.check(besides: receipts.receipt) }

    func run() async throws { try await run(in: .real(logging: logging)) }

    func run(in context: FleetContext) async throws {
        let tasks = try tasks(in: context)
        guard !tasks.isEmpty else {
            throw ValidationError(
                "no archives in \(archive): they are called USER.zip, USER.tar, USER.tar.gz or USER.tgz")
        }
        if tasks.count > 1, receipts.receipt != nil {
            throw ValidationError("--receipt names one file, and there are \(tasks.count) archives; leave it out")
        }
        let writer = try receipts.writer(notOver: tasks.map(\.target), in: context)
        try writer.checkFolder()
        var (results, failures) = ([(name: String, result: HomeImport.Result)](), 0)
        for task in tasks {
            do {
                let usual = task.archive + ".import-receipt.json"
                try writer.check(usual: usual)
                let result = try await run(task, in: context)
                results.append((isOfMany(in: context) ? task.name + ": " : "", result))
                try writer.write(result, to: usual)
            } catch let error where tasks.count > 1 && !(error is CancellationError) && !(error is ExitCode) {
                failures += 1
                context.output.message("\(URL(filePath: task.archive).lastPathComponent.printable): \(error)")
            }
        }
        try output.print(results.map(\.result), besides: receipts.receipt, in: context) {
            results.map { $0.name + $0.result.text }.joined(separator: "\n")
        }
        if failures > 0 { throw ExitStatus.failure }
    }

    /// Whether there is a folder of archives, so that lines need the homes' names.
    private func isOfMany(in context: FleetContext) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: context.url(archive).path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    private func run(_ task: HomeImport, in context: FleetContext) async throws -> HomeImport.Result {
        let name = task.name
        let meter = ProgressMeter(output: context.output, ProgressFacts(title: "Checking \(name)"))
        let result = try await Interruption.guarded {
            defer { meter.finish() }
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
        }
        for exception in result.exceptions {
            let home = isOfMany(in: context) ? name + ": " : ""
            context.output.message("\(home)\(exception.path.printable): left out: \(exception.reason)")
        }
        return result
    }

    /// The archives with their folders.
    private func tasks(in context: FleetContext) throws -> [HomeImport] {
        let (source, target) = (context.url(archive), context.url(to))
        guard isOfMany(in: context) else {
            if userMap != nil { throw ValidationError("--user-map is for a folder of archives") }
            return [try task(source.path, target.path)]
        }
        let names = try HomeNames(map: try map(in: context), from: .plain, to: .plain)
        let files = try FileManager.default.contentsOfDirectory(atPath: source.path).sorted()
        let users = files.compactMap { file in Self.user(of: file).map { (file, $0) } }
        let plan = try names.plan(folders: users.map { Array($0.1.utf8) })
        for line in plan.unused { context.output.message("\(line.old), line \(line.number): no archive has this name") }
        return try users.map { file, user in
            let new = String(decoding: names.target(ofFolder: Array(user.utf8)).target, as: UTF8.self)
            return try task(source.appending(path: file).path, target.appending(path: new).path)
        }
    }

    private func map(in context: FleetContext) throws -> UserMap {
        guard let userMap else { return .empty }
        let path = context.url(userMap).path
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw ValidationError("\(path) cannot be read")
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

    private static func user(of file: String) -> String? {
        for suffix in [".zip", ".tar", ".tar.gz", ".tgz"] where file.hasSuffix(suffix) && !file.hasPrefix(".") {
            return String(file.dropLast(suffix.count))
        }
        return nil
    }
}

extension HomeImport {
    /// The home's, for people.
    fileprivate var name: String { URL(filePath: target).lastPathComponent.printable }
}

extension HomeImport.Result {
    fileprivate var text: String {
        let left = exceptions.isEmpty ? "" : ", \(exceptions.count) left out"
        let root = root.map { ", root \($0)" } ?? ", no manifest to check it by"
        return
            "\(files) files, \(folders) folders, \(links) links, \(bytes) bytes, \(present) there already\(left)\(root)"
    }
}
