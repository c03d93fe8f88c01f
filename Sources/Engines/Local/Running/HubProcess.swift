import FleetTools
import Foundation
import Texts

/// What a process of a hub is, as its environment says: JupyterHub tells it to all that it starts.
extension ProcessTable.Entry {
    /// The path of the user's server that this is, or a kernel or terminal of. Services have such a path too, but no user.
    var userServer: String? { user == nil ? nil : variable("JUPYTERHUB_SERVICE_PREFIX") ?? "" }

    /// What it is for, such as `server of ann`.
    var purpose: String {
        if let part { return part }
        if let user { return "server of \(user)" }
        return variable("JUPYTERHUB_SERVICE_NAME").map { "service \($0)" } ?? "hub"
    }

    /// The revisions of a hub that its variables name: it reads files of these.
    func revisions(of folder: HubFolder) -> Set<Int> {
        let parts = environment.flatMap { $0.text.components(separatedBy: folder.revisions + "/").dropFirst() }
        return Set(parts.compactMap { Int($0.prefix { $0.isASCII && $0.isNumber }) })
    }

    /// What runs beside the hub: its name.
    var part: String? { variable(HubFolder.partVariable) }

    private var user: String? { variable("JUPYTERHUB_USER").flatMap { $0.isEmpty ? nil : $0 } }

    private func variable(_ name: String) -> String? {
        environment.lazy.compactMap { $0.without(prefix: "\(name)=".exact)?.text }.first
    }
}
