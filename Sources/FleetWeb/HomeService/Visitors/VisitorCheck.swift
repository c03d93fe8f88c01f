import Hummingbird

/// The check that lets in who may use the service. What comes with a cookie must also come from a person who opens an
/// address, and what changes something from the service's own page.
struct VisitorCheck: RouterMiddleware {
    /// The fate of those who are not logged in.
    enum Strangers {
        /// A browser that opens a page is sent to the login; others are refused.
        case logIn
        /// All are refused: programs ask here.
        case refused
    }

    let login: HomeLogin
    let strangers: Strangers

    func handle(
        _ request: Request, context: HomeRequestContext,
        next: (Request, HomeRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let visitor = try await login.visitor(of: request) else { return try answerStranger(request) }
        if visitor.isByCookie {
            // Servers of other users are on the same host: what runs on their pages must not read this.
            guard !request.isFromScript, !request.isChange || request.isFromOwnPage else {
                throw VisitorRefusal.notFromOwnPage
            }
        }
        var context = context
        context.visitor = visitor
        return try await next(request, context)
    }

    private func answerStranger(_ request: Request) throws -> Response {
        guard strangers == .logIn, !request.isChange, request.headers[.authorization] == nil, !request.isFromScript
        else { throw VisitorRefusal.notLoggedIn(service: login.service) }
        return try login.begin(for: request)
    }
}
