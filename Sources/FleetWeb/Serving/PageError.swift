/// An error that people may see: its page says what failed and what to do next.
protocol PageError: Error {
    var page: MessagePage { get }
}
