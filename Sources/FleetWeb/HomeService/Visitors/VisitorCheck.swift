import HTTPTypes
import Hummingbird
import Texts

/// The check that lets in who may use the service, and the one place that says what a browser's request may do: users'
/// servers have the address of the hub, so what runs on their pages can send everything that this service's pages can,
/// with the same cookies.
///
/// - A program that sends a token of the hub may do everything.
/// - A page opens for a person alone: not for scripts and frames, and not where the browser does not say who asks.
/// - A change needs the token that only the service's own pages have, and so does the pass for a download.
struct VisitorCheck: RouterMiddleware {
    /// What becomes of browsers.
    enum Browsers {
        /// Those who are not logged in are sent to the login.
        case welcome
        /// Programs ask here.
        case refused
    }

    let login: HomeLogin
    let seals: PageSeals
    let browsers: Browsers

    func handle(
        _ request: Request, context: HomeRequestContext,
        next: (Request, HomeRequestContext) async throws -> Response
    ) async throws -> Response {
        var (request, context) = (request, context)
        if let header = request.headers[.authorization] {
            context.visitor = try await login.visitor(sending: header)
        } else {
            guard browsers == .welcome else { throw VisitorRefusal.notLoggedIn(service: login.service) }
            try checkInitiator(of: request)
            if request.isChange {
                context.form = await request.form()
                context.visitor = try await sender(of: context.form, in: request)
            } else if let visitor = try await reader(of: request) {
                context.visitor = visitor
            } else {
                return try login.begin(for: request)
            }
        }
        return try await next(request, context)
    }

    private func checkInitiator(of request: Request) throws {
        switch RequestInitiator(request) {
        case .person: break
        case .resumption where request.uri.queryParameters["pass"] != nil: break
        case .resumption, .page: throw VisitorRefusal.notAPerson
        case .unknown: throw VisitorRefusal.unknownInitiator(home: request.origin + login.prefix + "home.zip")
        }
    }

    /// The visitor who sends a form of the service's page. A cookie that comes along must not be somebody else's: a page
    /// could send a token of its own user.
    private func sender(of form: [String: String], in request: Request) async throws -> Visitor {
        guard let token = form["token"].flatMap({ seals.hubToken(in: $0, at: request.uri.path) }),
            let visitor = try await login.visitor(token, by: .form)
        else { throw VisitorRefusal.notFromOwnPage }
        if let other = login.token(inCookieOf: request), other.exact != token.exact,
            let owner = try await login.visitor(other, by: .page), owner.name != visitor.name
        {
            throw VisitorRefusal.notFromOwnPage
        }
        return visitor
    }

    /// The visitor whose browser opens an address; nil when nobody is logged in.
    private func reader(of request: Request) async throws -> Visitor? {
        guard let token = login.token(inCookieOf: request), let visitor = try await login.visitor(token, by: .page)
        else { return nil }
        guard let pass = request.uri.queryParameters["pass"] else { return visitor }
        guard seals.isPass(String(pass), of: visitor.name, to: request.uri.path) else {
            throw VisitorRefusal.notFromOwnPage
        }
        return Visitor(name: visitor.name, token: token, way: .pass)
    }
}
