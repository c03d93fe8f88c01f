import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Releases

@Suite(.tags(.medium))
struct JsonnetInputsTests {
    @Test func followsImportsOfImportsThroughBothPaths() async throws {
        let folder = try TemporaryFolder().write([
            "charts/hub/values.jsonnet": "import 'lib/a.libsonnet'",
            "charts/hub/lib/a.libsonnet":
                "[import 'b.libsonnet', import 'shared.libsonnet', import '../../x/c.libsonnet', import '/etc/passwd']",
            "charts/hub/lib/b.libsonnet": "import 'a.libsonnet'",
            "charts/hub/shared.libsonnet": "importstr '../../up.txt'",
            "up.txt": "import 'nothing'",
        ])
        let found = await JsonnetInputs.all(of: "charts/hub/values.jsonnet", in: WorkingTree(folder.path))
        let names = found.keys.sorted().map(\.text)
        #expect(
            names
                == [
                    "charts/hub/lib/a.libsonnet", "charts/hub/lib/b.libsonnet", "charts/hub/lib/shared.libsonnet",
                    "charts/hub/shared.libsonnet", "charts/x/c.libsonnet", "up.txt", "x/c.libsonnet",
                ])
        #expect(found.filter { $0.value == nil }.keys.count == 3)
    }

    /// What is known of imports is what the real program looks for.
    @Test(.needs("jsonnet")) func theRealProgramReadsWhatIsKnown() async throws {
        let folder = try TemporaryFolder().write([
            "c/values.jsonnet": "local l = import 'l/a.libsonnet'; l { t: importstr 't.txt' }",
            "c/l/a.libsonnet": "{ b: import 'b.libsonnet' }", "c/b.libsonnet": "1", "c/t.txt": "x",
            "c/unused.libsonnet": "1",
        ])
        let runner = try RealThings.runner()
        let tree = WorkingTree(folder.path)
        let known = await JsonnetInputs.all(of: "c/values.jsonnet", in: tree).filter { $0.value != nil }.keys
        for file in tree.entries("c") ?? [] where file.hasSuffix("t") && file != "values.jsonnet" {
            let path = "\(folder.path)/c/\(file)"
            try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
            var call = Jsonnet.render("c/values.jsonnet", variables: [])
            call.workingDirectory = folder.path
            let output = try await runner.run(call)
            #expect((output.status != 0) == known.contains("c/\(file)".exact), "\(file)")
            try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        }
    }
}
