import Foundation
import Hummingbird

/// Cookies with texts that only this service can read and make. Scripts see none of them, and other sites send none.
struct SealedCookies: Sendable {
    /// The path below which browsers send them.
    let path: String
    let sealed: SealedText

    /// The text of a request's cookie; nil when there is none, or it was not made here for this purpose.
    func text(_ name: String, purpose: String, in request: Request) -> String? {
        request.cookies[name].flatMap { sealed.open($0.value, purpose: purpose) }
    }

    /// A cookie with a text, which the browser forgets after `age` seconds. When the request came over TLS, it is for TLS
    /// alone.
    func cookie(_ name: String, _ text: String, purpose: String, age: Int, for request: Request) throws -> Cookie {
        cookie(name, value: try sealed.seal(text, purpose: purpose), age: age, for: request)
    }

    /// A cookie that makes the browser forget the one of this name.
    func end(_ name: String, for request: Request) -> Cookie { cookie(name, value: "", age: 0, for: request) }

    private func cookie(_ name: String, value: String, age: Int, for request: Request) -> Cookie {
        Cookie(
            name: name, value: value, maxAge: age, path: path, secure: request.isOverTLS, httpOnly: true,
            sameSite: .lax)
    }
}
