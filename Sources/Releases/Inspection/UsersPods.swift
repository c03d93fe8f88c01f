import FleetModel
import FleetTools
import Foundation
import Texts

/// The pods that a hub would make for its users.
package struct UsersPods: Sendable {
    /// What a user may choose.
    package struct Choice: Sendable, Equatable {
        /// The short name of a profile; nil on a hub without profiles.
        package let profile: String?
        /// The name of the profile that people see.
        package let name: String?
        /// An option of the profile with what is chosen of it; nil where all are left as they are.
        package let option: String?
        package let value: String?

        var shown: String {
            guard let profile else { return "what the hub gives everybody" }
            guard let option, let value else { return "the profile \(profile.printable)" }
            return "the profile \(profile.printable), \(option.printable): \(value.printable)"
        }
    }

    /// A choice that no server comes of.
    struct Failure: Sendable {
        let choice: Choice
        let reason: String
        /// Whether the hub wants more of a user than a choice.
        let isRefusal: Bool
    }

    /// Pods and claims. The template of each is the number of its choice, behind a word that no template begins with.
    let objects: [KubernetesObject]
    let choices: [Choice]
    let failures: [Failure]
}

/// Has the hub's own KubeSpawner make the pods of users, from the configuration that the hub's pod would read.
///
/// It runs the Python of that configuration: whoever may change the fleet runs programs where this is called.
package struct UsersPodMaker: Sendable {
    /// The packages that it needs, each with its version and digests.
    package static let requirements = EmbeddedFiles.all["users-pods.txt"] ?? ""

    private let python: String
    private let runner: any CommandRunner

    /// - Parameters:
    ///   - python: a Python that has the packages.
    ///   - runner: starts it.
    package init(python: String, runner: any CommandRunner) {
        self.python = python
        self.runner = runner
    }

    /// Why there are none.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// - Parameters:
    ///   - objects: what helm renders of the hub.
    ///   - namespace: where they go.
    /// - Returns: a pod for each profile, and for each choice of its options beside the usual ones.
    /// - Throws: `Failure` when the configuration cannot be run, `FileError`.
    func make(_ objects: [KubernetesObject], namespace: String) async throws -> UsersPods {
        let home = try PrivateFolder()
        defer { home.remove() }
        try home.write(Array((EmbeddedFiles.all["users_pods.py"] ?? "").utf8), to: "users_pods.py")
        let list = Value(.list(objects.map(\.body)), at: SourceLocation(file: ""))
        let call = Invocation(
            python, ["-I", "\(home.path)/users_pods.py", "\(home.path)/root", namespace], inherits: .only([]),
            environment: ["HOME": home.path, "TMPDIR": home.path, "PYTHONDONTWRITEBYTECODE": "1"],
            workingDirectory: home.path, standardInput: Array(JSONWriter.text(list).utf8), timeLimit: .seconds(120))
        let output: CommandOutput
        do { output = try await runner.run(call) } catch let error as CommandError {
            throw Failure(description: "\(error)")
        }
        let read = YAMLReader.read(output.standardOutput, file: "pods")
        guard output.status == 0, let answer = read.root, let entries = answer["pods"]?.list else {
            // What the configuration says of itself may hold a secret.
            let kind = YAMLReader.read(output.standardOutput, file: "pods").root?["error"]?.string
            throw Failure(
                description: kind ?? "the hub's configuration ends with an error; `hubfleet up --local` shows it")
        }
        return UsersPods(entries)
    }
}

extension UsersPods {
    fileprivate init(_ entries: [Value]) {
        var objects: [KubernetesObject] = []
        var choices: [Choice] = []
        var failures: [Failure] = []
        for entry in entries {
            let choice = Choice(
                profile: entry["profile"]?.string, name: entry["name"]?.string, option: entry["option"]?.string,
                value: entry["choice"]?.string)
            let refusal = entry["refused"]?.string
            if let reason = entry["error"]?.string ?? refusal {
                failures.append(Failure(choice: choice, reason: reason, isRefusal: refusal != nil))
                continue
            }
            for body in entry["objects"]?.list ?? [] {
                let identity = ObjectIdentity(
                    group: "", kind: body["kind"]?.string ?? "", namespace: nil,
                    name: body["metadata", "name"]?.string ?? "")
                objects.append(
                    KubernetesObject(
                        identity: identity, section: .release, template: KubernetesObject.userTemplate(choices.count),
                        body: body))
            }
            choices.append(choice)
        }
        (self.objects, self.choices, self.failures) = (objects, choices, failures)
    }
}

extension KubernetesObject {
    fileprivate static let mark = "//users/"

    static func userTemplate(_ number: Int) -> String { mark + String(number) }

    /// Whether the hub makes it for a user.
    var isOfUser: Bool { template.exact.hasPrefix(Self.mark.exact) }

    /// The number of the choice that it comes of.
    var userChoice: Int? { isOfUser ? Int(template.dropFirst(Self.mark.count)) : nil }
}
