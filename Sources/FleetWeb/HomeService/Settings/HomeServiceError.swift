/// Why the service cannot start.
package enum HomeServiceError: Error, Equatable, CustomStringConvertible {
    /// The hub does not set a variable that is needed.
    case noVariable(String)
    case prefixWithoutSlashes
    case addressWithoutPort
    /// A folder of the service lies among the homes.
    case folderInHomes(option: String, folder: String, homes: String)
    /// The homes lie in a folder of the service.
    case homesInFolder(option: String, folder: String, homes: String)

    package var description: String {
        switch self {
        case .noVariable(let name):
            "\(name) is not set: this is a service of JupyterHub, which sets it; docs/homes.md says how to run it alone"
        case .prefixWithoutSlashes: "JUPYTERHUB_SERVICE_PREFIX cannot be used: it must begin and end with /"
        case .addressWithoutPort: "JUPYTERHUB_SERVICE_URL cannot be used: it must be such as http://127.0.0.1:9000"
        case .folderInHomes(let option, let folder, let homes):
            "\(option) \(folder) cannot be used: it is inside the folder of homes, \(homes), so users could download it; "
                + "name a folder elsewhere"
        case .homesInFolder(let option, let folder, let homes):
            "\(option) \(folder) cannot be used: the folder of homes, \(homes), is inside it; name a folder of its own"
        }
    }
}
