/// Why an engine does not do what it is asked for, whichever engine it is.
package enum EngineError: Error, Equatable, CustomStringConvertible {
    case noRevision(hub: String, number: Int, kept: [Int])
    case notDeployed(hub: String)
    case otherHub(locked: String, release: String)

    package var description: String {
        switch self {
        case .noRevision(let hub, let number, let kept):
            "there is no revision \(number) of \(hub); "
                + (kept.isEmpty ? "none is kept" : "kept are \(kept.map(String.init).joined(separator: ", "))")
        case .notDeployed(let hub): "\(hub) was never deployed here"
        case .otherHub(let locked, let release): "\(release) cannot be deployed under the lock of \(locked)"
        }
    }
}
