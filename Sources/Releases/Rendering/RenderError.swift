import Texts

/// Why a release cannot be rendered.
package enum RenderError: Error, Equatable, CustomStringConvertible {
    /// Charts that it depends on are not here, each with its version.
    case missingCharts([String])
    /// A file of the chart is a link that leads out of the repository.
    case outside(String)
    case unreadable(String)
    /// A chart that depends on itself, or has no end of files.
    case endless(String)
    /// An archive in the store was changed.
    case damaged(String)
    /// What helm said, without what depends on a secret.
    case refused(String)

    package var description: String {
        switch self {
        case .missingCharts(let names):
            "it needs \(names.map(\.printable).joined(separator: ", ")), which \(names.count == 1 ? "is" : "are") not "
                + "here; `hubfleet charts fetch` brings what charts depend on"
        case .outside(let path):
            "\(path.printable) is a link that leads out of the repository, so the chart is not rendered; put the file "
                + "there"
        case .unreadable(let path):
            "\(path.printable) is not there, cannot be read, is no plain file, or is larger than 32 MiB"
        case .endless(let path):
            "the chart in \(path.printable) depends on itself, is nested too deeply, or has too many files"
        case .damaged(let name):
            "the archive of \(name.printable) was changed where it is kept; `hubfleet charts fetch --again` brings it anew"
        case .refused(let words): "helm cannot render it: \(words)"
        }
    }
}
