import FleetTools
import Foundation
import Testing

/// A way in which a change request tries to show what is none of the fleet's.
package struct HostileWay: Sendable, CustomTestStringConvertible {
    /// What the outside of the fleet holds, beside it on the disk.
    package struct Outside: Sendable {
        /// The folder that both lie in.
        package let base: String
        package let fleet: TemporaryFolder
        /// Removes both when it goes.
        let keeper: TemporaryFolder
        /// The folder that is none of the fleet's.
        package var folder: String { "\(base)/outside" }

        func link(_ path: String, to target: String) throws {
            let place = URL(filePath: "\(fleet.path)/\(path)")
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try? FileManager.default.removeItem(at: place)
            try FileManager.default.createSymbolicLink(atPath: place.path, withDestinationPath: target)
        }

        /// Adds values files to the hub's list.
        func list(_ files: String...) throws {
            let text = try fleet.read("config/clusters/c/cluster.yaml")
            let names = files.map { ", \"\($0)\"" }.joined()
            try fleet.write([
                "config/clusters/c/cluster.yaml": text.replacing("prod.values.yaml", with: "prod.values.yaml\(names)")
            ])
        }

        /// Makes the chart's own jsonnet.
        func jsonnet(_ text: String) throws { try fleet.write(["helm-charts/basehub/values.jsonnet": text]) }

        /// Adds a dependency to the chart.
        func depend(_ entry: String) throws {
            let text = try fleet.read("helm-charts/basehub/Chart.yaml")
            let list = text.contains("dependencies:") ? text : text + "dependencies:\n"
            try fleet.write(["helm-charts/basehub/Chart.yaml": list + "  - \(entry)\n"])
        }

        /// An archive of a chart, made by Python, whose library writes whatever it is told.
        func pack(_ members: String) async throws {
            let path = "\(fleet.path)/helm-charts/basehub/charts/sub-1.0.0.tgz"
            try FileManager.default.createDirectory(
                at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
            let script = """
                import io, sys, tarfile
                outside = sys.argv[2]
                with tarfile.open(sys.argv[1], "w:gz") as archive:
                    def add(name, text="", kind=tarfile.REGTYPE, target=""):
                        member = tarfile.TarInfo(name)
                        member.type, member.linkname, member.size = kind, target, len(text)
                        archive.addfile(member, io.BytesIO(text.encode()))
                    add("sub/Chart.yaml", "apiVersion: v2\\nname: sub\\nversion: 1.0.0\\n")
                    \(members.replacing("\n", with: "\n    "))
                """
            try await RealThings.runner().check(Invocation("python3", ["-c", script, path, folder]))
        }
    }

    package let name: String
    /// Whether `validate` must call it an error; some ways simply lead nowhere.
    package let isRefused: Bool
    package let apply: @Sendable (Outside) async throws -> Void
    package var testDescription: String { name }
    /// Whether it takes the place of what other ways change.
    package var replacesTheChart: Bool { ["a chart that is a link", "a chart above the fleet"].contains(name) }

    init(_ name: String, isRefused: Bool = true, _ apply: @escaping @Sendable (Outside) async throws -> Void) {
        self.name = name
        self.isRefused = isRefused
        self.apply = apply
    }
}
