import Foundation

/// One run of an outside program, as a value: what is run can be compared in tests before it is run.
package struct Invocation: Sendable, Equatable {
    /// A path, or a name that is looked up in `PATH`.
    package var program: String
    /// Always a list, never a shell string. No secret belongs here: other users can read it.
    package var arguments: [String]
    /// Which variables of this process the program gets to see.
    package var inherits: Inheritance
    /// Variables set for the program beside the inherited ones; nil removes one.
    package var environment: [String: String?]
    package var workingDirectory: String?
    /// What the program reads; the way for secrets.
    package var standardInput: [UInt8]
    /// How long it may take before it is stopped.
    package var timeLimit: Duration

    /// What a program inherits of the variables of this process.
    package enum Inheritance: Sendable, Equatable {
        case all
        /// `PATH`, and those of these names; a name with `*` at its end stands for all that begin so. For programs that
        /// read what others wrote, and could show them what they find.
        case only([String])

        /// Whether a variable is inherited.
        package func includes(_ name: String) -> Bool {
            guard case .only(let names) = self else { return true }
            return name == "PATH"
                || names.contains { $0.hasSuffix("*") ? name.hasPrefix($0.dropLast()) : $0 == name }
        }
    }

    package init(
        _ program: String, _ arguments: [String], inherits: Inheritance = .all, environment: [String: String?] = [:],
        workingDirectory: String? = nil, standardInput: [UInt8] = [], timeLimit: Duration = .seconds(60)
    ) {
        self.program = program
        self.arguments = arguments
        self.inherits = inherits
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.standardInput = standardInput
        self.timeLimit = timeLimit
    }
}

/// What a program printed and how it ended.
package struct CommandOutput: Sendable, Equatable {
    package let standardOutput: [UInt8]
    package let standardError: String
    /// 0 is success; 128 + N means that signal N ended it.
    package let status: Int

    package init(standardOutput: [UInt8] = [], standardError: String = "", status: Int = 0) {
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.status = status
    }

    package var text: String { String(decoding: standardOutput, as: UTF8.self) }
}

/// Runs outside programs to their end.
package protocol CommandRunner: Sendable {
    /// - Throws: `CommandError` when the program cannot be started or takes too long. A status other than 0 is no error
    ///   here; see `CommandRunner.check`.
    func run(_ invocation: Invocation) async throws -> CommandOutput

    /// Runs a program that takes long, and gives each line while it runs. The program waits until its lines are taken.
    /// - Returns: the status that it ended with, as shells give it.
    /// - Throws: `CommandError` as above.
    func run(_ invocation: Invocation, line: @escaping @Sendable (ProgramLine) async -> Void) async throws -> Int
}

extension CommandRunner {
    /// Runs a program that must succeed.
    /// - Throws: `CommandError.failed` with the last lines that it printed, for any status other than 0.
    @discardableResult
    package func check(_ invocation: Invocation) async throws -> CommandOutput {
        let output = try await run(invocation)
        guard output.status == 0 else {
            throw CommandError.failed(
                program: invocation.program, arguments: invocation.arguments, status: output.status,
                lastLines: output.standardError.lastLines(LastLines.count))
        }
        return output
    }

    /// Runs a program that must succeed, and gives each line while it runs.
    /// - Throws: `CommandError.failed` with the last lines of its messages, for any status other than 0.
    package func check(_ invocation: Invocation, line: @escaping @Sendable (ProgramLine) async -> Void) async throws {
        let last = LastLines()
        let status = try await run(invocation) { printed in
            if printed.stream == .error { last.add(printed.text) }
            await line(printed)
        }
        guard status == 0 else {
            throw CommandError.failed(
                program: invocation.program, arguments: invocation.arguments, status: status, lastLines: last.text)
        }
    }
}

/// Why a program did not do its work.
package enum CommandError: Error, Equatable, CustomStringConvertible {
    case notFound(program: String)
    case notStarted(program: String, reason: String)
    case tookTooLong(program: String, limit: Duration)
    case failed(program: String, arguments: [String], status: Int, lastLines: String)

    package var description: String {
        switch self {
        case .notFound(let program): "the program \"\(program)\" is not installed, or not in PATH"
        case .notStarted(let program, let reason): "the program \"\(program)\" could not be started: \(reason)"
        case .tookTooLong(let program, let limit):
            "\"\(program)\" was stopped: it took longer than \(limit.components.seconds) s"
        case .failed(let program, let arguments, let status, let lastLines):
            "`\(([program] + arguments).joined(separator: " "))` ended with status \(status)"
                + (lastLines.isEmpty ? "" : ":\n" + lastLines)
        }
    }
}

extension String {
    /// The end of a text, for error messages.
    package func lastLines(_ count: Int) -> String {
        split(whereSeparator: \.isNewline).suffix(count).joined(separator: "\n")
    }
}
