import Texts

/// A chart with the charts that it depends on: where the defaults of values come from.
package struct Chart: Sendable, Equatable {
    /// Another chart below this one.
    package struct Dependency: Sendable, Equatable {
        /// Why a chart counts as one below another.
        package enum Origin: Sendable, Equatable {
            /// The chart's metadata name it, and it is there.
            case declared
            /// It lies in `charts/`, and no metadata say anything of it: nothing switches it off.
            case found
            /// The metadata name it, but Helm goes on without it. What they say of it still counts for its name.
            case missing
        }

        package let chart: Chart
        package let origin: Origin
        /// Paths of values; the first of them that holds true or false switches the chart on or off.
        package let conditions: [String]
        /// Names below the values' `tags` that switch groups of charts on or off.
        package let tags: [String]
        package let imports: [Import]

        package init(
            _ chart: Chart, origin: Origin = .declared, conditions: [String] = [], tags: [String] = [],
            imports: [Import] = []
        ) {
            self.chart = chart
            self.origin = origin
            self.conditions = conditions
            self.tags = tags
            self.imports = imports
        }
    }

    /// An entry of `import-values`: a part of the sub-chart's values that becomes a default of the parent.
    package struct Import: Sendable, Equatable {
        package let child: [String]
        package let parent: [String]

        package init(child: [String], parent: [String]) {
            self.child = child
            self.parent = parent
        }
    }

    /// A `values.schema.json` or `values.schema.yaml`.
    package struct Schema: Sendable, Equatable {
        package let file: String
        package let document: Value

        package init(file: String, document: Value) {
            self.file = file
            self.document = document
        }
    }

    /// The key that its values stand below in those of its parent: its name, or the alias that the parent gives it.
    package private(set) var key: String
    /// The file of its values; nil when it has none, or they are not to be had.
    package let file: String?
    /// Its own defaults, without those of the charts below it.
    package var values: Value
    package let schema: Schema?
    /// Whether its templates are here. Where they were left out, so was perhaps the jsonnet file that sets what its
    /// schema asks for.
    package let hasTemplates: Bool
    /// Whether its metadata have a list of dependencies, maybe an empty one. Only then does Helm look for switches, also in
    /// the charts below, and it treats nulls a little differently.
    package var declaresDependencies: Bool
    /// In Helm's order: those that nothing is said of come first.
    package var dependencies: [Dependency]

    package init(
        key: String, file: String? = nil, values: Value? = nil, schema: Schema? = nil, hasTemplates: Bool = true,
        declaresDependencies: Bool? = nil, dependencies: [Dependency] = []
    ) {
        self.key = key
        self.file = file
        self.values = values ?? Value(.map(ValueMap()), at: SourceLocation(file: file ?? ""))
        self.schema = schema
        self.hasTemplates = hasTemplates
        self.declaresDependencies = declaresDependencies ?? !dependencies.isEmpty
        self.dependencies = dependencies
    }

    /// The same chart below another key.
    package func named(_ key: String) -> Chart {
        var chart = self
        chart.key = key
        return chart
    }

    /// The layers of this chart and those below it, weakest first, each below the keys that lead to it.
    package func layers(nesting: [String] = []) -> [Layer] {
        var layers = dependencies.flatMap { $0.chart.layers(nesting: nesting + [$0.chart.key]) }
        if let file {
            let kind: Layer.Kind = nesting.isEmpty ? .chart : .subchart
            let values = nesting.reversed().reduce(values) { $0.nested(under: $1) }
            layers.append(Layer(kind: kind, file: file, values: values))
        }
        return layers
    }

    /// The keys that lead to the values of the nearest chart with a dependency of the given key; nil without one.
    package func path(toParentOf key: String) -> [String]? {
        if dependencies.contains(where: { $0.chart.key.exact == key.exact }) { return [] }
        for dependency in dependencies {
            if let path = dependency.chart.path(toParentOf: key) { return [dependency.chart.key] + path }
        }
        return nil
    }
}
