import FleetTesting
import FleetTools
import Foundation
import Logging
import Testing

/// A home with everything that other programs lose, leak or hang on, archived by an account without rights, and opened by
/// the programs that people have.
@Suite(
    .tags(.large), .serialized, .timeLimit(.minutes(10)), .needs("setpriv"), .needs("unzip"), .needs("bsdtar"),
    .needs("7z"))
struct OddHomeTests {
    private static let python = "/usr/bin/python3"
    private static let skipped = [
        "special/closed": "unreadable", "special/fifo": "special", "special/socket": "special",
        "special/unreadable": "unreadable", "growing.log": "changed", "shrinking.bin": "changed",
    ]

    private struct Report: Decodable {
        struct Entry: Decodable { let path, what: String }
        let verified: Int
        let faults: [Entry]
        let known: [Entry]
    }

    private let runner = SubprocessCommandRunner(logger: Logger(label: "test"))
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        chmod(folder.path, 0o777)
    }

    /// As root, programs run as nobody: root could read everything.
    private func unprivileged(_ command: [String]) -> Invocation {
        let launcher = getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : []
        let all = launcher + command
        return Invocation(
            all[0], Array(all.dropFirst()),
            environment: ["XDG_CONFIG_HOME": folder.path + "/config", "PATH": RealThings.searchPath, "CI": "true"],
            workingDirectory: folder.path, timeLimit: .seconds(300))
    }

    private func run(_ command: String...) async throws -> CommandOutput {
        try await runner.run(unprivileged(command))
    }

    /// Works on a home that changes all the time.
    private func withOddHome(_ body: () async throws -> Void) async throws {
        let clients = URL(filePath: #filePath).deletingLastPathComponent().path + "/Clients/"
        let script = try String(contentsOfFile: clients + "odd_home.py", encoding: .utf8)
        let command = [Self.python, "-c", script, folder.path + "/home", folder.path + "/ready"]
        let maker = Task { [runner] in try await runner.run(unprivileged(command)) }
        defer { maker.cancel() }
        for _ in 0..<600 where !folder.exists("ready") { try await Task.sleep(for: .milliseconds(100)) }
        try #require(folder.exists("ready"))
        try await body()
    }

    /// On a busy machine a file that changes all the time may be still for as long as it is read; then it is tried again.
    private func archive(_ form: String) async throws {
        var known: [String: String] = [:]
        for _ in 1...3 where known != Self.skipped { known = try await archiveOnce(form) }
        #expect(known == Self.skipped)
    }

    /// - Returns: what the archive says that it lacks: paths, and why.
    private func archiveOnce(_ form: String) async throws -> [String: String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        for name in names where name.hasPrefix("ada.") {
            try FileManager.default.removeItem(atPath: folder.path + "/" + name)
        }
        let made = try await run(
            HubProgram.path, "home", "export", "--from", "home", "--to", "ada." + form, "--form", form)
        // Some of it cannot be read, and some changes meanwhile: that is said, and nothing else is lost by it.
        try #require(made.status == 1, "\(made.standardError)")
        let checked = try await run(HubProgram.path, "home", "verify", "ada." + form, "--format", "json")
        let report = try JSONDecoder().decode(Report.self, from: Data(checked.standardOutput))
        #expect(report.faults.map(\.path) == [])
        return Dictionary(report.known.map { ($0.path.replacing("home/", with: ""), $0.what) }) { $1 }
    }

    private func expectQuiet(_ command: String..., says text: String? = nil) async throws {
        let output = try await runner.run(unprivileged(command))
        #expect(output.status == 0, "\(command): \(output.standardError)")
        #expect(output.standardError == "", "\(command[0]) warns")
        if let text { #expect(output.text.contains(text), "\(output.text.suffix(500))") }
    }

    @Test func aZIPArchiveHoldsEverythingAndOpensEverywhere() async throws {
        try await withOddHome { try await archive("zip") }
        // Each of the two files of many gigabytes is unpacked by two programs.
        try await expectQuiet("unzip", "-tq", "ada.zip", "-x", "home/sparse.bin", says: "No errors detected")
        try await expectQuiet("7z", "t", "ada.zip", says: "Everything is Ok")
        try await expectQuiet("bsdtar", "-xf", "ada.zip", "-C", folder.path, "--exclude", "*.bin", "-s", "/home/bsd/")
        let program = """
            import stat, sys, zipfile
            archive = zipfile.ZipFile("ada.zip")
            names = {item.filename: item for item in archive.infolist()}
            for name, item in names.items():
                if item.filename != "home/large.bin":
                    with archive.open(item) as file:
                        while file.read(1 << 20): pass
            assert names["home/large.bin"].file_size == 5 << 30 and names["home/sparse.bin"].file_size == 6_000_000_000
            for name in ["outside", "above", "self", "loop-a", "folder-loop", "dangling"]:
                assert stat.S_ISLNK(names["home/links/" + name].external_attr >> 16), name
            assert archive.read("home/links/outside") == b"/etc/passwd"
            assert "home/empty/" in names and "home/names/.hidden" in names
            assert "home/names/latin-\\ufffdE9" in names and "home/names/new\\nline" in names
            assert "home/names/%41" in names
            assert max(len(name) for name in names) > 1200
            assert not any(b"root:" in archive.read(n) for n, i in names.items() if i.file_size < 1 << 20)
            print(len(names))
            """
        try await expectQuiet(Self.python, "-c", program, says: "47")
    }

    @Test func aTarArchiveKeepsBytesOfNamesAndHoles() async throws {
        try await withOddHome { try await archive("tar") }
        try await expectQuiet("bsdtar", "-tf", "ada.tar", says: "home/empty/")
        try await expectQuiet("tar", "-tf", "ada.tar", says: "home/empty/")
        try await expectQuiet(
            "tar", "-xf", "ada.tar", "--no-same-owner", "--warning=no-timestamp", "--exclude=large.bin",
            "--one-top-level=gnu")
        let sparse = try FileManager.default.attributesOfItem(atPath: folder.path + "/gnu/home/sparse.bin")
        #expect(sparse[.size] as? Int == 6_000_000_000)
        let disk = try await run("du", "--block-size=1", "gnu/home/sparse.bin")
        #expect(try #require(disk.text.split(separator: "\t").first.flatMap { Int($0) }) < 1 << 20)
        let names = try await run(
            Self.python, "-c", "import os; print(sorted(n for n in os.listdir(b'gnu/home/names') if n[0] in b'lb'))")
        #expect(names.text == "[b'broken-\\xff\\xfe', b'latin-\\xe9']\n")
        let times = try await run("stat", "--format=%Y", "gnu/home/times/1902", "gnu/home/times/2150")
        #expect(times.text == "-2145916800\n5680281600\n")
    }
}
