import ArgumentParser

/// How much of a comment of a change request a command may fill.
struct CommentOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The most bytes that --format markdown prints.", valueName: "bytes"))
    var atMost = Markdown.limit

    func validate() throws {
        guard (4_000...1_000_000).contains(atMost) else {
            throw ValidationError("--at-most \(atMost) is no size of a comment; give 4000 to 1000000 bytes")
        }
    }
}
