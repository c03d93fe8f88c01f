import ArgumentParser
import FleetModel

/// The words of a command line that choose the command.
enum CommandWords {
    /// Refuses a word that is no command, also where help is asked for: the parser alone would show the help of what
    /// stands before it, as if all was well.
    /// - Throws: `ValidationError`, which names the nearest command.
    static func check(_ arguments: [String]) throws {
        var command: any ParsableCommand.Type = HubfleetCommand.self
        var path = "hubfleet"
        for word in arguments.first == "help" ? arguments.dropFirst() : arguments[...] {
            let children = command.configuration.subcommands
            // Whatever follows an option, or a command without others below it, is for that.
            guard !children.isEmpty, !word.hasPrefix("-") else { return }
            guard let child = children.first(where: { $0.configuration.commandName == word }) else {
                let names = children.compactMap { $0.configuration.commandName }
                throw ValidationError(
                    "\"\(word.printable)\" is no command of \(path); \(Suggestion.advice(for: word, among: names))")
            }
            command = child
            path += " \(word)"
        }
    }
}
