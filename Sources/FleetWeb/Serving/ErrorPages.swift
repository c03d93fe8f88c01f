import Hummingbird
import Logging
import Texts

/// The one place where errors become answers: a `PageError` says its page, and what nobody foresaw becomes a fixed page,
/// with the error in the log alone.
struct ErrorPages<Context: RequestContext>: RouterMiddleware {
    let pages: PageTemplates

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as any PageError {
            return pages.message(error.page)
        } catch let error as any HTTPResponseError {
            // Such as for an address that is not there.
            return try error.response(from: request, context: context)
        } catch let error as CancellationError {
            // The service ends: nobody waits for an answer.
            throw error
        } catch {
            // Not the query: that of a login holds its code.
            context.logger.error(
                "request failed",
                metadata: ["path": "\(request.uri.path.printable)", "error": "\("\(error)".printable)"])
            return pages.message(.unforeseen)
        }
    }
}
