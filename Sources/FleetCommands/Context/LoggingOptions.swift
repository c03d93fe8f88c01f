import ArgumentParser
import FleetTools
import Logging

/// How much a command says about what it does.
package struct LoggingOptions: ParsableArguments {
    @Flag(name: .long, help: "Say which programs are run, on standard error.")
    var verbose = false

    package init() {}

    var logger: Logger {
        var logger = Logger(label: "hubfleet") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = verbose ? .debug : .warning
        return logger
    }
}
