import Texts

/// What is known of a hub's values, and what is not: a rule that cannot know says nothing, or a note.
package struct HubKnowledge: Sendable {
    /// Why a value that no layer sets may be set all the same, such as by a chart that is not here; nil when all layers
    /// are at hand.
    package let unknownDefaults: String?
    /// Places of values that Python assigns after them, so that what stands there is not what runs.
    private let replaced: Set<SourceLocation>
    private let gap: (file: String, weaker: Set<ExactText>)?

    init(_ effective: EffectiveValues, values: HubValues, login: LoginFacts, code: HubCode) {
        gap = effective.lastGap
        unknownDefaults = gap.map { "\($0.file.printable) cannot be read" } ?? effective.unknownChart(values)
        replaced = Self.replaced(values, config: login.config, code: code)
    }

    /// What is known of support services.
    init(_ effective: EffectiveValues) {
        gap = effective.lastGap
        unknownDefaults = gap.map { "\($0.file.printable) cannot be read" }
        replaced = []
    }

    /// Whether Python decides about a place in the end.
    func isReplaced(_ places: [SourceLocation]) -> Bool {
        !replaced.isEmpty && places.contains(where: replaced.contains)
    }

    /// Why a value at one of the places may be another one, because a layer over it is not known; nil when it cannot.
    func doubt(at places: [SourceLocation]) -> String? {
        guard let gap, places.contains(where: { gap.weaker.contains($0.file.exact) }) else { return nil }
        return "\(gap.file.printable), which is laid over it, cannot be read"
    }

    // MARK: - What Python sets

    /// The keys of the chart with the settings of the spawner that it makes of them. Source: `jupyterhub_config.py` of the
    /// JupyterHub chart 4.3.
    private static let chartKeys: [(path: [String], setting: String)] = [
        (["memory", "limit"], "mem_limit"), (["memory", "guarantee"], "mem_guarantee"),
        (["cpu", "limit"], "cpu_limit"), (["cpu", "guarantee"], "cpu_guarantee"), (["image"], "image"),
        (["extraEnv"], "environment"), (["nodeSelector"], "node_selector"), (["profileList"], "profile_list"),
        (["extraLabels"], "extra_labels"), (["extraAnnotations"], "extra_annotations"),
        (["storage", "extraVolumes"], "volumes"), (["storage", "extraVolumeMounts"], "volume_mounts"),
        (["storage", "homeMountPath"], "volume_mounts"), (["storage", "static"], "volume_mounts"),
        (["defaultUrl"], "default_url"), (["extraResource", "limits"], "extra_resource_limits"),
        (["extraResource", "guarantees"], "extra_resource_guarantees"),
    ]

    private static func replaced(_ values: HubValues, config: Value, code: HubCode) -> Set<SourceLocation> {
        guard !code.isSilent else { return [] }
        var places: Set<SourceLocation> = []
        for (owner, _, section) in config.pairs {
            for (name, place, value) in section.pairs where code.assigns(name, of: owner) {
                places.insert(place)
                value.insertPlaces(into: &places)
            }
        }
        let server = values.jupyterhub["singleuser"]
        for (path, setting) in chartKeys where code.assigns(setting, of: "KubeSpawner") {
            server?[path: path]?.insertPlaces(into: &places)
        }
        return places
    }
}

extension EffectiveValues {
    /// The strongest of the gaps, and the files of charts and layers that are weaker than it.
    fileprivate var lastGap: (file: String, weaker: Set<ExactText>)? {
        guard let gap = gaps.max(by: { $0.weaker < $1.weaker }) else { return nil }
        let weaker = chart.layers().map(\.file.exact) + given.prefix(gap.weaker).map(\.file.exact)
        return (gap.file, Set(weaker).subtracting(given.dropFirst(gap.weaker).map(\.file.exact)))
    }

    /// Why the defaults of the hub are not known: a chart on the way to them is not here.
    fileprivate func unknownChart(_ values: HubValues) -> String? {
        var chart = declaredChart
        for key in hubPath + values.prefix {
            if chart.file == nil { break }
            guard let below = chart.dependencies.first(where: { $0.chart.key.exact == key.exact })?.chart else {
                return "no chart here is known to be that of JupyterHub"
            }
            chart = below
        }
        return chart.file == nil ? "the values of the chart \(chart.key.printable) are not here" : nil
    }
}

extension Value {
    /// The places of the value and of everything in it.
    fileprivate func insertPlaces(into places: inout Set<SourceLocation>) {
        places.insert(location)
        for item in list ?? [] { item.insertPlaces(into: &places) }
        for (_, place, value) in pairs {
            places.insert(place)
            value.insertPlaces(into: &places)
        }
    }
}
