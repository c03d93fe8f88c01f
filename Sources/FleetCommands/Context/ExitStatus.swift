import ArgumentParser

/// How the program ends, beside the parser's 64 for wrong usage.
enum ExitStatus {
    /// Something failed, or is wrong with the fleet.
    static let failure = ExitCode(1)
    /// There is something to do, and the user asked to be told so by the status.
    static let pending = ExitCode(2)
    /// Some hubs failed, others did not.
    static let someFailed = ExitCode(3)
    /// No hub failed, and some were held, or could not be asked.
    static let someHeld = ExitCode(4)
}
