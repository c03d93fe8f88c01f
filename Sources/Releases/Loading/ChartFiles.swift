import FleetModel

/// The files of a chart and of the charts that it depends on, before their values are read.
package struct ChartFiles: Sendable, Equatable {
    package struct File: Sendable, Equatable {
        /// As people see it: relative to the root of the fleet repository.
        package let shown: String
        package let path: String
        /// Where it is listed, if it is.
        package let listedAt: SourceLocation?

        package init(shown: String, path: String, listedAt: SourceLocation? = nil) {
            self.shown = shown
            self.path = path
            self.listedAt = listedAt
        }
    }

    package struct Dependency: Sendable, Equatable {
        package let files: ChartFiles
        package let conditions: [String]
        package let tags: [String]
        package let imports: [Chart.Import]
    }

    /// The key that its values stand below in those of its parent.
    package let key: String
    package var values: File?
    package var schema: File?
    /// A `values.jsonnet` that is rendered for each release.
    package var jsonnet: File?
    /// Encrypted values that lie beside the chart.
    package var encrypted: [File] = []
    package var hasTemplates = true
    package var declaresDependencies = false
    package var dependencies: [Dependency] = []

    /// All archives of charts that have to be unpacked before they can be read.
    package var archives: [String] = []
}
