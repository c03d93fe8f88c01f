import FleetTools
import Foundation
import Logging
import Synchronization

extension CommandRunner {
    /// The lines of what a call printed, given when it is over: what a double knows of a running program.
    package func run(_ invocation: Invocation, line: @escaping @Sendable (ProgramLine) async -> Void) async throws
        -> Int
    {
        let output = try await run(invocation)
        for text in output.text.split(separator: "\n") { await line(ProgramLine(.output, String(text))) }
        for text in output.standardError.split(separator: "\n") { await line(ProgramLine(.error, String(text))) }
        return output.status
    }
}

/// Runs nothing: any call fails with a sentence that says what to do. The default of tests.
package struct RefusingCommandRunner: CommandRunner {
    package init() {}

    package func run(_ invocation: Invocation) async throws -> CommandOutput {
        throw UnexpectedCall(
            description: "unexpected call of \(invocation.program); give the test a ScriptedCommandRunner")
    }
}

package struct UnexpectedCall: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) {
        self.description = description
    }
}

/// Answers calls as the test says, and remembers them.
package final class ScriptedCommandRunner: CommandRunner {
    private let answer: @Sendable (Invocation) async throws -> CommandOutput
    private let recorded = Mutex<[Invocation]>([])

    package init(_ answer: @escaping @Sendable (Invocation) async throws -> CommandOutput) {
        self.answer = answer
    }

    package var calls: [Invocation] { recorded.withLock { $0 } }

    package func run(_ invocation: Invocation) async throws -> CommandOutput {
        recorded.withLock { $0.append(invocation) }
        return try await answer(invocation)
    }
}

extension RealThings {
    /// Runs the real programs, those of scripts/tools first, with more variables. They have five times as long as users
    /// give them: on a busy machine a hundred tests share two processors.
    package static func runner(environment: [String: String] = [:]) throws -> any CommandRunner {
        let real = SubprocessCommandRunner(logger: Logger(label: "test"))
        return ScriptedCommandRunner { invocation in
            var invocation = invocation
            if !invocation.program.contains("/") {
                guard let program = program(invocation.program) else {
                    throw CommandError.notFound(program: invocation.program)
                }
                invocation.program = program
            }
            for (name, value) in environment { invocation.environment[name] = value }
            invocation.timeLimit *= 5
            return try await real.run(invocation)
        }
    }
}

/// Services that end as the test says.
package struct ScriptedServiceRunner: ServiceRunner {
    private let body: @Sendable (Invocation, String) async throws -> Int

    /// - Parameter body: gets the call and the path of its log, and returns the status.
    package init(_ body: @escaping @Sendable (Invocation, String) async throws -> Int) {
        self.body = body
    }

    package func run(
        _ invocation: Invocation, log: String, gracePeriod: Duration, started: @escaping @Sendable (Int32) async -> Void
    ) async throws -> Int {
        await started(1)
        return try await body(invocation, log)
    }
}

/// Hubs that answer as the test says; it remembers what they were asked.
package final class ScriptedHubAPI: HubAPI {
    private let answer: @Sendable (HubRequest, String) async throws -> HubAnswer
    private let recorded = Mutex<[HubRequest]>([])

    /// - Parameter answer: gets the request and the address of the hub's API.
    package init(_ answer: @escaping @Sendable (HubRequest, String) async throws -> HubAnswer) {
        self.answer = answer
    }

    /// Hubs that are healthy when the test says so, and answer nothing else.
    package static func healthy(_ isHealthy: @escaping @Sendable () async -> Bool) -> ScriptedHubAPI {
        ScriptedHubAPI { request, address in
            guard request == .health, await isHealthy() else { throw HubAPIError.noAnswer(address: address) }
            return HubAnswer()
        }
    }

    package var requests: [HubRequest] { recorded.withLock { $0 } }

    package func answer(to request: HubRequest, at address: String) async throws -> HubAnswer {
        recorded.withLock { $0.append(request) }
        return try await answer(request, address)
    }
}

/// A web in which nothing can be fetched but what the test puts there.
package struct ScriptedWebFiles: WebFiles {
    private let files: [String: [UInt8]]

    package init(_ files: [String: [UInt8]] = [:]) {
        self.files = files
    }

    package func fetch(_ address: String, limit: Int) async -> [UInt8]? { files[address] }
}
