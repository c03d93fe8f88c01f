import Hummingbird

/// The headers that every answer has: no frames, no scripts, nothing from elsewhere, nothing kept. It stands outside of
/// `ErrorPages`, so that answers to errors have them too.
///
/// The sandbox gives each page an origin of its own, so that pages of users' servers, which have the same address, can
/// open it but not read it.
struct SafetyHeaders<Context: RequestContext>: RouterMiddleware {
    /// A sandbox without `allow-same-origin`. With `allow-scripts` a page may refresh itself, and nothing more:
    /// `default-src` lets no script run.
    private static var policy: String {
        "sandbox allow-downloads allow-forms allow-scripts; default-src 'none'; style-src 'self'; form-action 'self'; "
            + "frame-ancestors 'none'; base-uri 'none'"
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.contentSecurityPolicy] = Self.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.frameOptions] = "DENY"
        response.headers[.referrerPolicy] = "same-origin"
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        if request.method == .head {
            // A page that says why would be taken for the next answer.
            response.body = ResponseBody(contentLength: response.body.contentLength) { try await $0.finish(nil) }
        }
        return response
    }
}
