import ArgumentParser

/// A command of the program: it takes everything outside from one context, so that tests can give it another.
protocol FleetCommand: AsyncParsableCommand {
    /// How much it says about what it does.
    var logging: LoggingOptions { get }

    /// Does what the command line asks for.
    func run(in context: FleetContext) async throws
}

extension FleetCommand {
    /// Runs with the real parts; the parser calls it.
    func run() async throws { try await run(in: .real(logging: logging)) }
}
