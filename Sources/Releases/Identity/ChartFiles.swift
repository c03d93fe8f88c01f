import FleetModel
import Texts

/// The files that a chart is made of, with what tells each from all others.
package struct ChartFiles: Sendable, Equatable {
    /// The folders and files of the fleet that they lie in.
    package let parts: Set<ExactText>
    /// By path; nil for a file that cannot be read.
    package let identities: [ExactText: FileIdentity?]

    /// Nil when there is no end of the files.
    init?(of parts: Set<ExactText>, in source: any FleetSource) async {
        guard let files = ChartIdentity.files(of: parts, in: source) else { return nil }
        var identities: [ExactText: FileIdentity?] = [:]
        for file in files { identities.updateValue(await source.identity(file.text), forKey: file) }
        self.parts = parts
        self.identities = identities
    }

    /// What tells all of them together from another state.
    package var digest: ContentDigest {
        let lines = identities.sorted { $0.key < $1.key }.map { "\($0.key)\0\($0.value?.description ?? "")\n" }
        return ContentDigest(of: Array(lines.joined().utf8))
    }

    /// Everything that any chart of a fleet can be made of: cheap, because no chart is read.
    package static func all(of source: any FleetSource) async -> ChartFiles? {
        let parts = [Charts.folder, "upstream"].filter { source.kind($0) == .folder }
        return await ChartFiles(of: Set(parts.map(\.exact)), in: source)
    }
}

extension ValuesLoader {
    /// The files of a release's chart and of all charts that it depends on; nil when there is no end of them.
    package func chartFiles(of release: Release) async -> ChartFiles? {
        let chart = await charts.chart(release.chart.value, override: release.chartOverrideFile)
        return await ChartFiles(of: chart.parts, in: source)
    }
}
