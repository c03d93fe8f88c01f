import HTTPTypes

/// A page that says one thing, such as why a request was refused.
struct MessagePage: Sendable, Equatable {
    let status: HTTPResponse.Status
    let title: String
    let text: String
    /// The seconds after which it is worth asking again; nil: nobody knows.
    let retryAfter: Int?

    init(_ status: HTTPResponse.Status, _ title: String, _ text: String, retryAfter: Int? = nil) {
        self.status = status
        self.title = title
        self.text = text
        self.retryAfter = retryAfter
    }

    /// The page about an error that nobody foresaw. It says nothing of the error, which is in the log.
    static let unforeseen = MessagePage(
        .internalServerError, "Something went wrong",
        "The service could not answer this. Try again in a few minutes; if it stays so, tell the people who run this hub."
    )
}
