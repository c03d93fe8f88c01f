import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

/// Both forms of a source, the folder on the disk and the commit in git's objects, say the same of the same fleet.
@Suite(.tags(.medium), .needs("git"))
struct FleetSourceTests {
    /// A form of a source.
    enum Form: CaseIterable, Sendable {
        case workingTree
        case gitTree

        func source(_ folder: TemporaryFolder) async throws -> any FleetSource {
            switch self {
            case .workingTree: WorkingTree(folder.path)
            case .gitTree: try await GitTree("HEAD", of: folder.path, runner: RealThings.runner())
            }
        }
    }

    private static let oddNames = [
        "sp ace.yaml", "qu\"ote", "line\nbreak", "tab\t", "日本.yaml", "-dash", "*?[a]", "\\", "\u{e9}", "e\u{301}",
    ]

    /// A fleet with all that may lie in one, and a file beside it that is none of its.
    private func fleet() async throws -> TemporaryFolder {
        let folder = try TemporaryFolder().write([
            "fleet.yaml": "operator: {}\n", "config/clusters/c/cluster.yaml": "name: c\n",
            "config/clusters/c/empty.yaml": "", "config/clusters/c/run.sh": "#!/bin/sh\n",
            "helm-charts/basehub/Chart.yaml": "name: basehub\n", "docs/far/notes.md": "notes\n",
        ])
        for name in Self.oddNames { try folder.write(["config/odd/\(name)": "odd \(name)"]) }
        let links = [
            ("config/link.yaml", "clusters/c/cluster.yaml"), ("config/folder-link", "clusters/c"),
            ("config/clusters/c/up", "../../../fleet.yaml"), ("config/chain", "link.yaml"),
            ("config/out", "../../outside.txt"), ("config/out-folder", "../.."), ("config/absolute", "/etc/passwd"),
            ("config/x\u{600}", "../.."), ("config/nowhere", "not-there"), ("config/self", "self"),
            ("config/dotted", "./clusters/./c/empty.yaml"),
        ]
        for (path, target) in links {
            try FileManager.default.createSymbolicLink(atPath: "\(folder.path)/\(path)", withDestinationPath: target)
        }
        #expect(chmod("\(folder.path)/config/clusters/c/run.sh", 0o755) == 0)
        let other = try TemporaryFolder().write(["inner.txt": "another repository"])
        try await other.commitAll()
        try FileManager.default.copyItem(atPath: other.path, toPath: "\(folder.path)/config/submodule")
        try await folder.commitAll()
        // What a fresh clone has of it.
        try FileManager.default.removeItem(atPath: "\(folder.path)/config/submodule")
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/config/submodule", withIntermediateDirectories: false)
        return folder
    }

    @Test(arguments: Form.allCases) func givesWhatLiesInTheFleet(_ form: Form) async throws {
        let folder = try await fleet()
        let source = try await form.source(folder)
        let files = [
            ("fleet.yaml", "operator: {}\n"), ("config/clusters/c/cluster.yaml", "name: c\n"),
            ("config/clusters/c/empty.yaml", ""), ("config/clusters/c/run.sh", "#!/bin/sh\n"),
            ("config/./clusters//c/cluster.yaml", "name: c\n"), ("docs/far/notes.md", "notes\n"),
            ("config/link.yaml", "name: c\n"), ("config/folder-link/cluster.yaml", "name: c\n"),
            ("config/clusters/c/up", "operator: {}\n"), ("config/chain", "name: c\n"), ("config/dotted", ""),
        ]
        for (path, text) in files {
            #expect(source.kind(path) == .file, "\(path)")
            #expect(await source.contents(path) == Array(text.utf8), "\(path)")
            #expect(await source.identity(path) == FileIdentity(of: Array(text.utf8)), "\(path)")
            #expect(source.entries(path) == nil, "\(path)")
        }
        for name in Self.oddNames {
            #expect(await source.contents("config/odd/\(name)") == Array("odd \(name)".utf8), "\(name)")
        }
        #expect(
            source.entries("config/odd")?.map { Array($0.utf8) } == Self.oddNames.sortedByBytes().map { Array($0.utf8) }
        )
        #expect(source.entries("config/folder-link") == ["cluster.yaml", "empty.yaml", "run.sh", "up"])
        #expect(source.kind("config/folder-link") == .folder)
    }

    @Test(arguments: Form.allCases) func givesNothingElse(_ form: Form) async throws {
        let folder = try await fleet()
        let outside = "\(URL(filePath: folder.path).deletingLastPathComponent().path)/outside.txt"
        try Data("canary".utf8).write(to: URL(filePath: outside))
        defer { try? FileManager.default.removeItem(atPath: outside) }
        let source = try await form.source(folder)
        let kinds: [(path: String, kind: FileKind)] = [
            ("config/out", .outside), ("config/out-folder", .outside), ("config/out-folder/outside.txt", .outside),
            ("config/absolute", .outside), ("../outside.txt", .outside), ("config/../../outside.txt", .outside),
            ("config/../fleet.yaml", .outside), ("/etc/passwd", .outside), ("fleet.yaml\0", .outside),
            ("config/nowhere", .missing), ("config/self", .missing), ("config/none/none", .missing),
            ("fleet.yaml/below", .missing), ("config", .folder), ("", .folder), ("config/submodule", .folder),
            ("config/submodule/inner.txt", .missing), ("config/x\u{600}/outside.txt", .outside),
            ("config/x\u{600}", .outside), ("..\u{600}/x", .missing), ("../\u{301}x", .outside),
            ("fleet.yaml/", .missing), ("config/link.yaml/", .missing),
        ]
        for (path, kind) in kinds {
            #expect(source.kind(path) == kind, "\(path)")
            #expect(await source.contents(path) == nil, "\(path)")
            #expect(await source.identity(path) == nil, "\(path)")
            let entries = source.entries(path)
            #expect((entries == nil) == (kind != .folder), "\(path)")
            await #expect(throws: FleetSourceError.noFile(path), "\(path)") {
                try await source.onDisk(path) { _ in }
            }
        }
        #expect(source.entries("config/submodule") == [])
        #expect(source.entries("") == ["config", "docs", "fleet.yaml", "helm-charts"])
    }

    @Test(arguments: Form.allCases) func tellsLinksFromWhatTheyLeadTo(_ form: Form) async throws {
        let folder = try await fleet()
        let source = try await form.source(folder)
        let links = [
            "config/link.yaml", "config/folder-link", "config/chain", "config/out", "config/out-folder",
            "config/absolute", "config/nowhere", "config/self", "config/folder-link/up", "config/./dotted",
        ]
        for path in links { #expect(source.isLink(path), "\(path)") }
        let others = [
            "", "config", "fleet.yaml", "config/folder-link/cluster.yaml", "config/submodule", "config/none",
            "config/out-folder/outside.txt", "../outside.txt", "fleet.yaml\0",
        ]
        for path in others { #expect(!source.isLink(path), "\(path)") }
        withExtendedLifetime(folder) {}
    }

    @Test(arguments: Form.allCases) func readsNoFileThatIsTooLarge(_ form: Form) async throws {
        let folder = try TemporaryFolder()
        for (name, size) in [("small", FileKind.largest), ("large", FileKind.largest + 1)] {
            _ = FileManager.default.createFile(atPath: "\(folder.path)/\(name)", contents: nil)
            #expect(truncate("\(folder.path)/\(name)", off_t(size)) == 0)
        }
        try await folder.commitAll()
        let source = try await form.source(folder)
        #expect(await source.contents("small")?.count == FileKind.largest)
        #expect(source.kind("large") == .file)
        #expect(await source.contents("large") == nil)
        #expect(await source.identity("large") == nil)
    }

    @Test(arguments: Form.allCases) func lendsFilesToPrograms(_ form: Form) async throws {
        let folder = try await fleet()
        let source = try await form.source(folder)
        for path in ["config/link.yaml", "config/clusters/c/cluster.yaml"] {
            let text = try await source.onDisk(path) { file in
                #expect(file.hasSuffix("/" + path))
                return try String(contentsOfFile: file, encoding: .utf8)
            }
            #expect(text == "name: c\n")
        }
    }

    /// What git keeps for itself may hold tokens of whoever fetched it; no commit has it.
    @Test(arguments: Form.allCases) func whatGitKeepsForItselfIsOutside(_ form: Form) async throws {
        let folder = try await fleet()
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/config/of-git", withDestinationPath: "../.git/config")
        try await folder.commitAll()
        #expect(folder.exists(".git/config"))
        let source = try await form.source(folder)
        for path in [".git/config", ".git", "config/of-git"] {
            #expect(source.kind(path) == .outside, "\(path)")
            #expect(await source.contents(path) == nil, "\(path)")
        }
        #expect(source.entries("")?.contains(".git") == false)
    }

    /// A fleet need not be the top of its repository; what lies above it is outside.
    @Test(arguments: Form.allCases) func readsAFleetBelowTheTopOfARepository(_ form: Form) async throws {
        let folder = try TemporaryFolder().write(["fleets/one/fleet.yaml": "a: 1\n", "secret.yaml": "canary\n"])
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/fleets/one/up", withDestinationPath: "../../secret.yaml")
        try await folder.commitAll()
        let runner = try RealThings.runner()
        let root = folder.path + "/fleets/one"
        let source: any FleetSource =
            form == .workingTree ? WorkingTree(root) : try await GitTree("HEAD", of: root, runner: runner)
        #expect(source.entries("") == ["fleet.yaml", "up"])
        #expect(await source.contents("fleet.yaml") == Array("a: 1\n".utf8))
        #expect(source.kind("up") == .outside)
        #expect(await source.contents("up") == nil)
    }
}
