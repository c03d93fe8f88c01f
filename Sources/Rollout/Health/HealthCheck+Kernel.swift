import Engines
import FleetModel
import FleetTools
import Foundation
import Texts

/// The user's server: its route, a kernel, the cells, the home.
extension HealthCheck {
    private var server: String { access.address + "user/\(manner.user.percentEncoded)" }

    func useServer(upTo last: HealthStage) async throws {
        diary.begin(.kernel)
        let token = try await waitForRoute()
        let spec = try await kernelSpec(token)
        let kernel = try await startKernel(token)
        let channels = HubRequest.channels(
            ofKernel: kernel, session: UUID().uuidString.lowercased(), token: token)
        do {
            try await visits.talk(over: channels, at: server) { talk in
                let kernel = KernelTalk(talk, limit: limits.answer)
                try await kernel.greet()
                diary.pass(spec.note)
                try await use(kernel, spec, token, upTo: last)
            }
        } catch HubVisitError.noTalk(let status) {
            throw HealthTrouble.talkRefused(status: status)
        } catch HubVisitError.silent {
            // Jupyter Server opens the socket when the kernel answers, and no sooner.
            throw HealthTrouble.kernelSilent(seconds: Int(limits.answer.components.seconds))
        } catch is HubVisitError {
            throw HealthTrouble.serverSilent("the web socket to its kernel breaks")
        }
        _ = try await visit(.endKernel(kernel, token: token), at: server)
    }

    private func use(_ kernel: KernelTalk, _ spec: KernelSpec, _ token: String, upTo last: HealthStage) async throws {
        let answered = time.instant
        let cells = notebook?.cells ?? CheckNotebook.cells(for: spec.language)
        try await take(.notebook, upTo: last) {
            for cell in cells { try await kernel.run(cell) }
            return cells.isEmpty ? "the kernel speaks \(spec.language), for which there are no cells" : nil
        }
        try await take(.home, upTo: last) { try await writeHome(kernel, spec, token) }
        try await take(.hold, upTo: last) {
            try await time.sleep(for: max(.zero, answered + limits.hold - time.instant))
            let answer = try await visit(.serverStatus(token: token), at: server)
            guard answer.status == 200 else { throw HealthTrouble.serverDied }
            return nil
        }
    }

    // MARK: - The way to the server

    /// Waits until the server answers through the proxy.
    /// - Returns: the token that it takes: the service's, or one of the user.
    private func waitForRoute() async throws -> String {
        var token = try token
        var places: [String] = []
        var isOwn = false
        let end = time.instant + limits.route
        while true {
            let answer = try await visit(.serverStatus(token: token), at: server)
            switch answer.status {
            case 200: return token
            case 401, 403:
                guard !isOwn, let own = try await makeToken() else {
                    throw HealthTrouble.serverSilent("it refuses the token that may use it: \(answer.status)")
                }
                (token, isOwn) = (own, true)
                continue
            case 300..<400:
                places.append(diary.shown(answer.location ?? ""))
                // The route is not there yet, and the hub answers in its place.
                if time.instant >= end { throw HealthTrouble.redirectRing(Array(places.suffix(2))) }
            default:
                if time.instant >= end {
                    throw HealthTrouble.serverSilent("at its address the answer is \(answer.status)\(colon(answer))")
                }
            }
            try await time.sleep(for: .milliseconds(500))
        }
    }

    private func colon(_ answer: HubAnswer) -> String {
        let text = said(answer)
        return text.isEmpty ? "" : ": \(text)"
    }

    /// A token of the user for servers that take none of a service; nil when the service may make none.
    private func makeToken() async throws -> String? {
        struct Made: Decodable { let token: String }
        let answer = try await ask(.makeToken(of: manner.user, seconds: 3600, token: try token))
        guard (200..<300).contains(answer.status) else { return nil }
        let made: Made = try decode(answer, of: "the request for a token")
        return made.token
    }

    // MARK: - The kernel

    /// The kernel that a server starts when none is named.
    private struct KernelSpec {
        let name: String
        let language: String

        var note: String? { name == "python3" ? nil : "\(name) (\(language))" }
    }

    private func kernelSpec(_ token: String) async throws -> KernelSpec {
        struct Specs: Decodable {
            struct Entry: Decodable {
                struct Spec: Decodable { let language: String? }
                let spec: Spec?
            }
            let `default`: String?
            let kernelspecs: [String: Entry]?
        }
        let answer = try await visit(.kernelSpecs(token: token), at: server)
        guard answer.status == 200 else { throw HealthTrouble.noKernel(said: "\(answer.status) \(said(answer))") }
        let specs: Specs = try decode(answer, of: "the question for kernels")
        guard let name = specs.default, let entry = specs.kernelspecs?[name] else {
            throw HealthTrouble.noKernel(said: specs.default.map { "its default \($0) is not installed" } ?? "")
        }
        let language = diary.shown(entry.spec?.language ?? "nothing").lowercased()
        return KernelSpec(name: diary.shown(name), language: language)
    }

    private func startKernel(_ token: String) async throws -> String {
        struct Kernel: Decodable { let id: String }
        let answer = try await visit(.startKernel(token: token), at: server)
        guard answer.status == 201 || answer.status == 200 else {
            throw HealthTrouble.kernelFails(status: answer.status, said: said(answer))
        }
        let kernel: Kernel = try decode(answer, of: "the request for a kernel")
        return kernel.id
    }

    // MARK: - The home

    private func writeHome(_ kernel: KernelTalk, _ spec: KernelSpec, _ token: String) async throws -> String? {
        let name = ".hubfleet-check-\(UUID().uuidString.lowercased())"
        guard spec.language == "python" else { return try await writeHome(file: name, token) }
        let said = try await kernel.output(of: CheckNotebook.home(file: name))
            .split(maxSplits: 1, whereSeparator: \.isWhitespace)
        guard said.first == "written" else {
            throw HealthTrouble.homeFails(error: diary.shown(said.last.map(String.init) ?? "nothing is said"))
        }
        return nil
    }

    /// By the server itself, where the kernel speaks another language.
    private func writeHome(file: String, _ token: String) async throws -> String? {
        let written = try await visit(.writeFile(file, token: token), at: server)
        guard (200..<300).contains(written.status) else {
            throw HealthTrouble.homeFails(error: Self.systemName(in: said(written)))
        }
        _ = try await visit(.removeFile(file, token: token), at: server)
        return nil
    }

    /// The name of the system's error that a server tells of, before what it tells.
    static func systemName(in text: String) -> String {
        let names = [
            "[Errno 28]": "ENOSPC", "[Errno 122]": "EDQUOT", "[Errno 30]": "EROFS", "[Errno 5]": "EIO",
            "[Errno 116]": "ESTALE", "[Errno 13]": "EACCES", "Permission denied": "EACCES",
        ]
        return (names.first { text.contains($0.key) }?.value ?? "") + " " + text
    }
}
