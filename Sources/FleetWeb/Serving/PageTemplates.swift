import Hummingbird
import Mustache
import Texts

/// The templates of pages, which are compiled in. Everything that is put into them is escaped.
struct PageTemplates: Sendable {
    private let library: MustacheLibrary
    private let shared: [String: String]

    /// - Parameter shared: what every page may name.
    /// - Throws: when a template is damaged.
    init(shared: [String: String]) throws {
        var templates: [String: MustacheTemplate] = [:]
        for (name, text) in EmbeddedFiles.all where name.hasSuffix(".mustache") {
            templates[String(name.dropLast(9))] = try MustacheTemplate(string: text)
        }
        library = MustacheLibrary(templates: templates)
        self.shared = shared
    }

    /// A page, made of a template such as `home` (for `home.mustache`) and the values that are put into it: of texts, what
    /// can be seen of them.
    func page(_ template: String, _ values: [String: Any]) -> Response {
        let text =
            library.render(Self.printable(values.merging(shared) { _, shared in shared }), withTemplate: template) ?? ""
        return .contents(ByteBuffer(string: text), type: "text/html; charset=utf-8")
    }

    private static func printable(_ value: Any) -> Any {
        switch value {
        case let text as String: text.printable
        case let list as [Any]: list.map(printable)
        case let values as [String: Any]: values.mapValues(printable)
        default: value
        }
    }

    /// A page that says one thing.
    func message(_ message: MessagePage) -> Response {
        var response = page("message", ["title": message.title, "text": message.text])
        response.status = message.status
        if let seconds = message.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }

    /// The style of all pages.
    var style: Response {
        var response = Response.contents(
            ByteBuffer(string: EmbeddedFiles.all["style.css"] ?? ""), type: "text/css; charset=utf-8")
        response.headers[.cacheControl] = "max-age=3600"
        return response
    }
}
