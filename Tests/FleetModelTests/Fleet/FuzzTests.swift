import FleetModel
import FleetTesting
import Foundation
import Testing

@Suite(.tags(.medium))
struct FuzzTests {
    /// Neither a crash nor a hang, and every finding has a place in the file.
    @Test(.timeLimit(.minutes(20)))
    func survivesMutatedFiles() async throws {
        let folder = try TemporaryFolder().write(["config/clusters/good/x": "", "helm-charts/basehub/Chart.yaml": ""])
        let file = "\(folder.path)/config/clusters/good/cluster.yaml"
        let seeds = [BrokenClusterTests.good, "a: &x [1, {b: *x}]\nc: {<<: *x}\n"].map { Array($0.utf8) }
        var random = RandomRun.numbers(20_261_121)
        var broken = 0
        let rounds = RandomRun.rounds(2_000)
        for round in 0..<rounds {
            await Task.yield()
            let bytes = Mutation.mutate(seeds[round % 10 == 0 ? 1 : 0], &random)
            try Data(bytes).write(to: URL(filePath: file))
            let findings = try await FleetReader.read(WorkingTree(folder.path)).findings
            broken += findings.isEmpty ? 0 : 1
            let lines = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 3 + bytes.count / 3
            for finding in findings {
                guard (1...lines).contains(finding.location.line), finding.location.column >= 1 else {
                    Issue.record("round \(round): no place in the file: \(finding)")
                    return
                }
            }
        }
        #expect(broken > rounds * 9 / 10, "the files are hardly mutated")
    }
}
