import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing

@testable import Releases

/// Archives of charts as programs write them, and as nobody should.
@Suite(.tags(.medium), .needs("python3"))
struct ChartArchiveTests {
    /// An archive that Python writes; `members` fills `archive`, a tar.
    private func archive(_ members: String, format: String = "GNU_FORMAT") async throws -> [UInt8] {
        let script = """
            import io, sys, tarfile
            buffer = io.BytesIO()
            with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.\(format)) as archive:
                def add(name, text="", kind=tarfile.REGTYPE, target=""):
                    member = tarfile.TarInfo(name)
                    member.type, member.linkname, member.size = kind, target, len(text)
                    archive.addfile(member, io.BytesIO(text.encode()))
            \(members.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
            sys.stdout.buffer.write(buffer.getvalue())
            """
        return try await RealThings.runner().check(Invocation("python3", ["-c", script])).standardOutput
    }

    @Test(arguments: ["GNU_FORMAT", "PAX_FORMAT", "USTAR_FORMAT"]) func readsEachForm(_ format: String) async throws {
        let long = String(repeating: "long-name/", count: 14) + "x"
        let bytes = try await archive(
            """
            add("sub/Chart.yaml", "name: sub")
            add("sub/templates", kind=tarfile.DIRTYPE)
            add("sub/\(long)", "far")
            add("sub/empty")
            add("sub/link", kind=tarfile.SYMTYPE, target="/etc/passwd")
            """, format: format)
        let chart = try ChartArchive(bytes)
        #expect(chart.entries("") == ["Chart.yaml", "empty", "link", "long-name"])
        #expect(await chart.contents("Chart.yaml") == Array("name: sub".utf8))
        #expect(await chart.contents(long) == Array("far".utf8))
        #expect(await chart.contents("link") == [])
        #expect(
            chart.kind("long-name") == .folder && chart.kind("empty") == .file && chart.kind("templates") == .missing)
    }

    @Test func readsBackslashesAndSeveralParts() async throws {
        let one = try await archive("add(\"sub\\\\Chart.yaml\", \"x\")")
        #expect(await (try ChartArchive(one)).contents("Chart.yaml") == Array("x".utf8))
        let empty = try await archive("")
        #expect(throws: ChartArchiveError.empty) { try ChartArchive(empty) }
    }

    @Test(arguments: [
        ("add(\"sub/../../x\")", ChartArchiveError.outside("sub/../../x")), ("add(\"sub/..\")", .outside("sub/..")),
        ("add(\"sub//etc/x\")", .outside("sub//etc/x")), ("add(\"sub/c:/x\")", .outside("sub/c:/x")),
        ("add(\"Chart.yaml\")", .noFolder),
    ])
    func refusesPathsThatLeadOut(_ members: String, _ error: ChartArchiveError) async throws {
        let bytes = try await archive(members)
        // As it was written, or without the slash that Python takes away.
        #expect(throws: ChartArchiveError.self) { try ChartArchive(bytes) }
        if case .outside = error { #expect((try? ChartArchive(bytes)) == nil) }
    }

    @Test func refusesWhatIsTooLargeAndWhatIsDamaged() async throws {
        let bomb = try await archive("for n in range(11): add(\"sub/%d\" % n, \"0\" * (10 << 20))")
        #expect(bomb.count < 1 << 20)
        #expect(throws: ChartArchiveError.tooLarge) { try ChartArchive(bomb) }
        let good = try await archive("add(\"sub/Chart.yaml\", \"name: sub\")")
        #expect(throws: ChartArchiveError.damaged) { try ChartArchive(Array(good.dropLast(9))) }
        #expect(throws: ChartArchiveError.notGzip) { try ChartArchive(Array("name: sub".utf8)) }
        var random = RandomRun.numbers(20_261_204)
        for _ in 0..<RandomRun.rounds(200) {
            var bytes = good
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            // It is read, or refused; nothing else happens.
            _ = try? ChartArchive(bytes)
        }
    }
}
