import FleetTools
import HTTPTypes
import Homes
import Hummingbird
import Texts

/// The archives of homes: the newest one, and each at an address of its own.
struct DownloadController: Sendable {
    let store: HomeStore
    let addresses: ArchiveAddresses
    let sender: DownloadSender
    let seals: PageSeals

    /// The buttons of the service's page.
    var buttons: RouteCollection<VisitorContext> {
        let routes = RouteCollection(context: VisitorContext.self)
        routes.post("archives/:id/:file", use: begin)
        return routes
    }

    var endpoints: RouteCollection<ConfirmedContext> {
        let routes = RouteCollection(context: ConfirmedContext.self)
        for method in [HTTPRequest.Method.get, .head] {
            for format in ArchiveFormat.allCases {
                routes.on("home.\(format.rawValue)", method: method) { request, context in
                    try await newest(format, request, context)
                }
            }
            routes.on("archives/:id/:file", method: method, use: archive)
        }
        return routes
    }

    /// Sends a browser to an archive.
    @Sendable private func begin(_ request: Request, _ context: VisitorContext) async throws -> Response {
        try seals.confirm(request, of: context.visitor)
    }

    /// An address that always means the newest archive; it leads to that archive's own.
    private func newest(
        _ format: ArchiveFormat, _ request: Request, _ context: ConfirmedContext
    ) async throws -> Response {
        guard request.headers[.range] == nil else { throw DownloadRefusal.notResumable(prefix: addresses.prefix) }
        let user = context.visitor.name
        switch await store.status(of: user, waiting: .seconds(90)) {
        case .ready(let snapshot):
            return .redirect(to: addresses.address(of: snapshot, format, user: user), type: .found)
        case .noHome: throw DownloadRefusal.noHome
        case .troubled(let trouble): throw DownloadRefusal.troubled(trouble)
        case .scanning(let progress): throw DownloadRefusal.stillScanning(things: progress.now.things)
        }
    }

    /// An archive, or the part of it that is asked for.
    @Sendable private func archive(_ request: Request, _ context: ConfirmedContext) async throws -> Response {
        let file = try context.parameters.require("file").exact
        guard let format = ArchiveFormat.allCases.first(where: { file.hasSuffix(".\($0.rawValue)".exact) }),
            let snapshot = await store.snapshot(try context.parameters.require("id"), of: context.visitor.name)
        else { throw DownloadRefusal.archiveGone }
        let length = snapshot.summary.length(format)
        let tag = Download.tag(snapshot, format)
        if let wanted = request.headers[.ifMatch], !EntityTag.isNamed(tag, in: wanted) {
            throw DownloadRefusal.anotherArchive
        }
        if request.headers[.ifNoneMatch] == tag { return Response(status: .notModified) }
        // Another tag means another archive: all of it, then.
        let isSame = request.headers[.ifRange].map { $0 == tag } ?? true
        let range: Range<UInt64>
        switch isSame ? ByteRange(request.headers[.range], length: length) : .all {
        case .all: range = 0..<length
        case .part(let part): range = part
        case .unsatisfiable:
            return Response(status: .rangeNotSatisfiable, headers: [.contentRange: "bytes */\(length)"])
        }
        let download = Download(
            user: context.visitor.name, snapshot: snapshot, format: format, range: range,
            sender: request.sender(at: context.client), isWanted: context.client.isThere)
        return request.method == .head ? Self.announce(download) : try await sender.send(download)
    }

    /// Says what would be sent.
    private static func announce(_ download: Download) -> Response {
        Response(
            status: download.isWhole ? .ok : .partialContent, headers: download.headers,
            body: ResponseBody(contentLength: download.range.count) { try await $0.finish(nil) })
    }
}
