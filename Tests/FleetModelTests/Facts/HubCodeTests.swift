import FleetTesting
import Testing

@testable import FleetModel

/// What can be seen of the Python that runs when a hub starts.
@Suite(.tags(.small))
struct HubCodeTests {
    private func code(_ python: String, isOwn: Bool = true) throws -> HubCode {
        let lines = python.split(separator: "\n").map { "    \($0)\n" }.joined()
        let root = try #require(YAMLReader.read("extraConfig:\n  a: |\n\(lines)", file: "f").root)
        return HubCode(root) { _ in isOwn }
    }

    @Test(arguments: [
        "c.KubeSpawner.working_dir = '/x'", "c.Spawner.working_dir = '/x'", "c.MySpawner.working_dir='/x'",
        "c[\"KubeSpawner\"].working_dir = x", "c.KubeSpawner[\"working_dir\"] = x",
        "c['KubeSpawner']['working_dir'] = x",
        "c.KubeSpawner.working_dir: str = '/x'", "c.KubeSpawner.working_dir += '/x'",
        "if True:\n    c.KubeSpawner.working_dir = '/x'", "c.KubeSpawner.update({'working_dir': '/x'})",
        "c.KubeSpawner.update(working_dir='/x')", "setattr(c.KubeSpawner, 'working_dir', '/x')",
        "k = c.KubeSpawner\nk.working_dir = '/x'", "c.merge({'KubeSpawner': {}})", "c.update(other)", "configure(c)",
        "exec(open('/x').read())", "load_subconfig('/x.py')",
        "def hook(spawner):\n    spawner.working_dir = '/x'\nc.Spawner.pre_spawn_hook = hook",
    ])
    func seesThatASettingMayBeAssigned(_ python: String) throws {
        #expect(try code(python).assigns("working_dir", of: "KubeSpawner"))
    }

    @Test(arguments: [
        "# c.KubeSpawner.working_dir = '/x'", "x = 'c.KubeSpawner.working_dir = 1'",
        "if c.KubeSpawner.working_dir == 1: pass",
        "print(c.KubeSpawner.working_dir)", "c.KubeSpawner.image = 'x'", "a.c.KubeSpawner.working_dir",
        "c = get_config()",
        "c.JupyterHub.working_dir = '/x'", "\"\"\"\nc.KubeSpawner.working_dir = 1\n\"\"\"", "working_dir = 1",
        "f(working_dir=1)", "'", "c.KubeSpawner.environment.update({'a': 'working_dir'})",
    ])
    func seesThatItIsNot(_ python: String) throws {
        #expect(try !code(python).assigns("working_dir", of: "KubeSpawner"))
    }

    /// A chart's Python is written with the values in mind: what it does under a condition says nothing.
    @Test func readsOfAChartOnlyWhatItDoesInAnyCase() throws {
        #expect(try code("c.KubeSpawner.working_dir = '/x'", isOwn: false).assigns("working_dir", of: "KubeSpawner"))
        for python in ["if a:\n    c.KubeSpawner.working_dir = '/x'", "for c in d: e(c)", "configure(c)"] {
            #expect(try !code(python, isOwn: false).assigns("working_dir", of: "KubeSpawner"), "\(python)")
        }
    }

    @Test func readsFilesThatAreConfiguration() throws {
        func code(_ path: String, _ key: String = "stringData") throws -> HubCode {
            let text = "extraFiles: {a: {mountPath: \(path), \(key): \"c.KubeSpawner.working_dir = 1\"}}"
            let root = try #require(YAMLReader.read(text, file: "f").root)
            return HubCode(root) { _ in true }
        }
        let folder = "/usr/local/etc/jupyterhub/jupyterhub_config.d"
        #expect(try code("\(folder)/a.py").assigns("working_dir", of: "KubeSpawner"))
        #expect(try code("\(folder)/a.py", "binaryData").isOpaque)
        #expect(try !code("/srv/a.py").assigns("working_dir", of: "KubeSpawner"))
        #expect(try !code("\(folder)/a.txt").assigns("working_dir", of: "KubeSpawner"))
    }

    @Test func aClosedTextMayAssignAnything() throws {
        let text = "extraConfig:\n  a: x\n"
        let root = try #require(YAMLReader.read(Array(text.utf8), file: "f", hidesScalars: true).root)
        #expect(HubCode(root.locked) { _ in true }.isOpaque)
        #expect(!HubCode(root) { _ in true }.isOpaque)
    }

    @Test func survivesAnyText() throws {
        var random = RandomRun.numbers(20_261_201)
        let good = Array("c.KubeSpawner.working_dir = r'''x''' # y\nc['A'].update({\"b\": f\"{c}\"})\n".utf8)
        for _ in 0..<2000 {
            let text = String(decoding: Mutation.mutate(good, &random), as: UTF8.self)
            #expect(PythonTokens.words(of: text).count <= text.unicodeScalars.count)
        }
    }
}
