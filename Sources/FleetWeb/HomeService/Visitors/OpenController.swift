import Foundation
import Hummingbird

/// The answers that anybody may have: nothing of them is about a user's home.
struct OpenController: Sendable {
    let login: HomeLogin
    let pages: PageTemplates
    /// The key that receipts are checked by, in PEM.
    let publicKey: String

    var endpoints: RouteCollection<HomeRequestContext> {
        let routes = RouteCollection(context: HomeRequestContext.self)
        routes.get("health") { _, _ in "ok\n" }
        routes.get("style.css") { _, _ in pages.style }
        routes.get("receipts.pem.pub") { _, _ in Response.file(Data(publicKey.utf8), type: "application/x-pem-file") }
        routes.get("oauth_callback") { request, _ in try await login.finish(request) }
        routes.get("login-failed") { _, _ in pages.message(VisitorRefusal.loginFailed.page) }
        return routes
    }
}
