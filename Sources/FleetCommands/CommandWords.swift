import ArgumentParser
import FleetModel
import Texts

/// The words of a command line that choose the command.
enum CommandWords {
    private static let helpOptions: Set<String> = ["-h", "-help", "--help"]

    /// Refuses a word that is no command, also where help is asked for: the parser alone would show the help of what
    /// stands before it, as if all was well.
    /// - Throws: `ValidationError`, which names the nearest command, or says that there is none.
    static func check(_ arguments: [String]) throws {
        let asksForHelp = arguments.first == "help"
        var children = HubfleetCommand.configuration.subcommands
        var path = "hubfleet"
        for word in asksForHelp ? arguments.dropFirst() : arguments[...] {
            // Whatever follows a command without others below it is for that, and whatever follows an option.
            guard asksForHelp || !children.isEmpty else { return }
            guard !helpOptions.contains(word) else { continue }
            guard !word.hasPrefix("-") else { return }
            if asksForHelp, path == "hubfleet", word == "help" {
                children = []
            } else {
                children = try child(word, of: path, among: children).configuration.subcommands
            }
            path += " \(word)"
        }
    }

    private static func child(
        _ word: String, of path: String, among children: [any ParsableCommand.Type]
    ) throws -> any ParsableCommand.Type {
        if let child = children.first(where: { $0.configuration.commandName == word }) { return child }
        let names = children.compactMap { $0.configuration.commandName }
        let advice = names.isEmpty ? "there is none below it" : Suggestion.advice(for: word, among: names)
        throw ValidationError("\"\(word.printable)\" is no command of \(path); \(advice)")
    }
}
