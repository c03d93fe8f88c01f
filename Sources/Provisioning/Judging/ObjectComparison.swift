import FleetModel
import FleetTools
import Foundation
import Releases
import Texts

/// Renders the releases of both fleets by helm, as far as that is possible here, and compares their objects.
struct ObjectComparison: Sendable {
    let before: OpenFleet
    let after: OpenFleet
    let doors: Doors
    let options: ReleaseRenderer.Options
    let alerts: LostAlerts

    /// Renders and compares, some releases at a time.
    ///
    /// - Parameter pairs: the releases; those of this machine are not rendered.
    /// - Returns: what is lost, and what cannot be compared.
    /// - Throws: `CancellationError`.
    func findings(_ pairs: [ReleasePair]) async throws -> ImportFindings {
        var findings = ImportFindings()
        let rendered = pairs.filter { $0.before.cluster.provider.kind != .local }
        for pair in rendered {
            let folder = "\(Charts.folder)/\(pair.before.chart.value)"
            if !hasTemplates(pair) {
                findings.add(
                    unjudged("the objects of this chart cannot be compared: its templates are not here", folder),
                    [pair.id])
            }
        }
        guard !rendered.isEmpty else { return findings }
        do {
            let renderer = try await ReleaseRenderer(options, runner: doors.runner, environment: doors.environment)
            for found in await compare(rendered, renderer) { findings.add(found) }
            await renderer.close(now: doors.time.now)
        } catch {
            findings.add(unjudged("objects cannot be compared: \(error)", Charts.folder), rendered.map(\.id))
        }
        try Task.checkCancellation()
        return findings
    }

    private func compare(_ pairs: [ReleasePair], _ renderer: ReleaseRenderer) async -> [ImportFindings] {
        let states = (
            RenderState(before.source, leavesOutMissing: true), RenderState(after.source, leavesOutMissing: true)
        )
        let width = max(1, ProcessInfo.processInfo.activeProcessorCount * 2)
        return await withTaskGroup(of: ImportFindings.self) { group in
            var results: [ImportFindings] = []
            for (index, pair) in pairs.enumerated() {
                if index >= width, let done = await group.next() { results.append(done) }
                group.addTask { await compare(pair, renderer, states.0, states.1) }
            }
            for await done in group { results.append(done) }
            return results
        }
    }

    private func compare(
        _ pair: ReleasePair, _ renderer: ReleaseRenderer, _ old: RenderState, _ new: RenderState
    ) async -> ImportFindings {
        var findings = ImportFindings()
        let folder = "\(Charts.folder)/\(pair.before.chart.value)"
        guard hasTemplates(pair) else { return await check(pair, renderer, new) }
        let objects: (request: ReleaseRenderer.Request, sheets: [ObjectSheet])
        do {
            let request = try await renderer.request(pair.before, pair.old, in: old)
            objects = (request, try await renderer.sheets(request))
        } catch {
            findings.add(unjudged("its objects cannot be compared: before: \(error)", folder), [pair.id])
            return findings
        }
        var missing = objects.request.missing
        do {
            let request = try await renderer.request(pair.after, pair.new, in: new)
            missing = Set((missing + request.missing).map(\.exact)).sorted().map(\.text)
            let sheets = try await renderer.sheets(request)
            let lost = LostObjects(
                of: pair.before, in: before.source, unknown: missing.map(Self.name), alerts: alerts)
            for finding in lost.findings(objects.sheets, sheets) { findings.add(finding, [pair.id]) }
            if !missing.isEmpty { findings.add(without(missing, folder), [pair.id]) }
        } catch {
            findings.add(failed(pair, error, without: missing), [pair.id])
            let lost = LostObjects(of: pair.before, in: before.source, unknown: [], alerts: alerts)
            for finding in lost.unjudged(objects.sheets) { findings.add(finding, [pair.id]) }
        }
        return findings
    }

    /// Whether the new charts render a release whose old objects nobody knows.
    private func check(_ pair: ReleasePair, _ renderer: ReleaseRenderer, _ new: RenderState) async -> ImportFindings {
        var findings = ImportFindings()
        var missing: [String] = []
        do {
            let request = try await renderer.request(pair.after, pair.new, in: new)
            missing = request.missing
            try await renderer.check(request)
        } catch {
            findings.add(failed(pair, error, without: missing), [pair.id])
        }
        return findings
    }

    /// What says that the new charts themselves refuse values, and not that a part of them is not here.
    private static let refusals = ["execution error at", "don't meet the specifications"]

    private func failed(_ pair: ReleasePair, _ error: any Error, without missing: [String]) -> Finding {
        let words = "\(error)".replacing("\nUse --debug flag to render out invalid YAML", with: "")
            .replacing("\n", with: " ")
        let isRefusal = Self.refusals.contains(where: words.contains)
        let folder = "\(Charts.folder)/\(pair.after.chart.value)"
        guard missing.isEmpty || isRefusal else {
            return Finding(
                .warning, rule: Self.rule,
                "whether this chart renders now is not known: it needs \(missing.map(\.printable).joined(separator: ", "))",
                advice: "`hubfleet charts fetch` in the new fleet brings what its charts depend on",
                at: SourceLocation(file: folder))
        }
        guard error is RenderError || error is ManifestError else { return unjudged("its objects: \(words)", folder) }
        // A value that a chart would set which is not here may be what is asked for.
        return Finding(
            missing.isEmpty ? .error : .warning, rule: "import/render", "on the new charts, \(words)",
            advice: "change the values that helm names", at: pair.before.hub?.location ?? pair.before.chart.location)
    }

    private func without(_ missing: [String], _ folder: String) -> Finding {
        unjudged(
            "the objects of \(missing.map(\.printable).joined(separator: ", ")) are not compared: "
                + "\(missing.count == 1 ? "it is" : "they are") not here", folder)
    }

    static let rule = "import/unjudged"

    private func unjudged(_ message: String, _ file: String) -> Finding {
        Finding(.warning, rule: Self.rule, message, at: SourceLocation(file: file))
    }

    /// Whether the chart of a release, or one of the fleet below it, has templates in its folder.
    private func hasTemplates(_ pair: ReleasePair) -> Bool {
        let folder = "\(Charts.folder)/\(pair.before.chart.value)"
        return before.source.kind("\(folder)/templates") == .folder
            || pair.old.chart.dependencies.contains { below in
                before.source.kind("\(Charts.folder)/\(below.chart.key)/templates") == .folder
                    || before.source.kind("\(folder)/charts") == .folder
            }
    }

    /// The name of a chart of a name with its version.
    private static func name(_ text: String) -> String {
        text.utf8.firstIndex(of: UInt8(ascii: " ")).map { String(text[..<$0]) } ?? text
    }
}
