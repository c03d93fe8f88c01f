/// A process that runs beside a hub on this machine, watched as the hub is: it does not end when the hub is started again.
package struct LocalPart: Sendable, Equatable, Codable {
    /// The program that it is.
    enum Program: String, Sendable, Equatable, Codable {
        /// The Python of the hub's environment.
        case python
        /// This program.
        case hubfleet
    }

    /// The name of the service of the hub that it is.
    let name: String
    let program: Program
    let arguments: [String]
    let environment: [String: String]
    /// Whether it can do nothing before the hub answers.
    let needsHub: Bool
}
