import Foundation
import Texts

/// A link that gives whoever opens it a copy of a repository in their own home, and opens a part of it.
///
/// The form is that of nbgitpuller, which a hub's images must have: a copy is brought up to date at each use, and what
/// its user changed stays.
package struct ContentLink: Sendable, Equatable {
    package enum Interface: String, Sendable, CaseIterable {
        case lab, notebook, rstudio
    }

    /// The hub's address, such as `https://hub.example.org`.
    package let hub: String
    package let repository: String
    package let branch: String
    /// A file or folder of the repository; empty for the repository itself.
    package let path: String
    package let interface: Interface

    /// - Throws: `ContentLinkError`, when no link with these parts would work.
    package init(
        hub: String, repository: String, branch: String = "main", path: String = "", interface: Interface = .lab
    ) throws {
        guard let url = URLComponents(string: repository), url.scheme == "https", url.host?.isEmpty == false,
            url.user == nil, url.password == nil, url.query == nil, url.fragment == nil
        else { throw ContentLinkError.notPublic(repository) }
        let parts = path.split(separator: "/")
        guard !parts.contains(".."), !path.hasPrefix("/") else { throw ContentLinkError.outside(path) }
        guard !branch.isEmpty, !branch.hasPrefix("-") else { throw ContentLinkError.branch(branch) }
        self.hub = hub
        self.repository = repository.withoutSlashesAtEnd
        self.branch = branch
        self.path = parts.joined(separator: "/")
        self.interface = interface
    }

    /// The folder that the copy gets in a home: the repository's name, as git names it.
    ///
    /// nbgitpuller takes the last part of the address as it is, so `url` names the folder where the two differ.
    /// Source: `UIHandler` of nbgitpuller 1.3.
    package var folder: String {
        let name = repository.split(separator: "/").last.map(String.init) ?? ""
        return name.hasSuffix(".git") ? String(name.dropLast(4)) : name
    }

    package var url: String {
        let place = path.isEmpty ? folder : "\(folder)/\(path)"
        let opened =
            switch interface {
            case .lab: "lab/tree/\(place)"
            case .notebook: "tree/\(place)"
            // RStudio opens no file by its address.
            case .rstudio: "rstudio/"
            }
        let target = repository.hasSuffix("/\(folder)") ? [] : [("targetPath", folder)]
        let query = ([("repo", repository), ("urlpath", opened), ("branch", branch)] + target)
            .map { "\($0.0)=\($0.1.percentEncoded)" }.joined(separator: "&")
        return "\(hub)/hub/user-redirect/git-pull?\(query)"
    }
}

extension String {
    fileprivate var withoutSlashesAtEnd: String {
        var text = Substring(self)
        while text.hasSuffix("/") { text = text.dropLast() }
        return String(text)
    }
}

/// Why there is no such link.
package enum ContentLinkError: Error, Equatable, CustomStringConvertible {
    case notPublic(String)
    case outside(String)
    case branch(String)

    package var description: String {
        switch self {
        case .notPublic(let repository):
            "\(repository.addressWithoutCredentials.printable) is no public repository: give its address as https://HOST/PATH, without a password"
        case .outside(let path): "\(path.printable) leads out of the repository: give a path inside it"
        case .branch(let branch): "\"\(branch.printable)\" is no branch"
        }
    }
}
