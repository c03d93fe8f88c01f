import FleetModel
import FleetTools
import Foundation

/// The program `jsonnet`, which renders values that are computed.
///
/// It runs in a private folder that holds the file and those that it imports, without the variables of this process: it can
/// see nothing else, and its results depend on nothing else. So they can be kept.
package actor Jsonnet {
    private let source: any FleetSource
    private let runner: any CommandRunner
    private let turnstile: Turnstile
    private let kept: KeptResults?
    private var files: [FleetPath: Task<Result<JsonnetFiles, any Error>, Never>] = [:]
    private var program: Task<String?, Never>?

    /// - Parameters:
    ///   - source: the fleet that files are of.
    ///   - runner: runs jsonnet.
    ///   - kept: where results are kept for other runs; nil keeps none.
    ///   - width: how many calls run at a time.
    init(
        _ source: any FleetSource, runner: any CommandRunner, kept: KeptResults? = nil,
        width: Int = ProcessInfo.processInfo.activeProcessorCount
    ) {
        self.source = source
        self.runner = runner
        self.kept = kept
        turnstile = Turnstile(width: width)
    }

    /// The call that renders a file to standard output. Its path stays as it is in the fleet, also where links lead to it,
    /// because files look at their own path.
    ///
    /// - Parameters:
    ///   - path: the file, from the root.
    ///   - variables: what it can ask for.
    /// - Returns: the call, which wants the root of the files as its folder.
    package static func render(_ path: String, variables: [(name: String, value: String)]) -> Invocation {
        let beside = FleetPath.names(in: path).dropLast().joined(separator: "/")
        let strings = variables.flatMap { ["--ext-str", "\($0.name)=\($0.value)"] }
        return Invocation(
            "jsonnet", ["--jpath", beside.isEmpty ? "." : beside] + strings + [path], inherits: .only([]),
            timeLimit: .seconds(30))
    }

    /// What a file computes.
    ///
    /// - Parameters:
    ///   - path: the file, which may import others of the fleet.
    ///   - variables: what it can ask for.
    /// - Returns: the JSON text.
    /// - Throws: `CommandError` with what jsonnet says, `FleetSourceError`, `FileError`, or `JsonnetRefusal` when a file would
    ///   lead it out of the fleet.
    func render(_ path: String, variables: [(name: String, value: String)]) async throws -> [UInt8] {
        let files = try await files(of: path)
        var key: ResultKey?
        if let kept, let program = await version() {
            let made = ResultKey(files, variables: variables, program: program)
            if let known = await kept.result(made) { return known }
            key = made
        }
        let call = Self.render(files.main.description, variables: variables)
        let result = try await turnstile.pass { [runner] in
            let folder = try PrivateFolder()
            defer { folder.remove() }
            try files.write(to: folder)
            var call = call
            call.workingDirectory = folder.path
            return try await runner.check(call).standardOutput
        }
        if let key { await kept?.keep(result, as: key) }
        return result
    }

    /// The files of one that is rendered, read once for all releases.
    private func files(of path: String) async throws -> JsonnetFiles {
        guard let key = FleetPath(path) else { throw FleetSourceError.noFile(path) }
        let source = source
        let task =
            files[key]
            ?? Task<Result<JsonnetFiles, any Error>, Never> {
                do { return .success(try await JsonnetFiles(path, in: source)) } catch { return .failure(error) }
            }
        files[key] = task
        return try await task.value.get()
    }

    /// What the program says of its version, asked once; nil when it says nothing, and nothing is kept then.
    private func version() async -> String? {
        let runner = runner
        let task =
            program
            ?? Task<String?, Never> {
                let call = Invocation("jsonnet", ["--version"], inherits: .only([]), timeLimit: .seconds(10))
                guard let output = try? await runner.run(call), output.status == 0 else { return nil }
                return output.text.isEmpty ? nil : output.text
            }
        program = task
        return await task.value
    }
}
