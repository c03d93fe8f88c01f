import FleetTools
import Foundation
import HTTPTypes
import Homes
import Hummingbird

extension HomeService {
    /// The page of a user's own home.
    func page(_ request: Request, _ context: HomeRequestContext) async throws -> Response {
        try await asVisitor(request, isPage: true) { visitor in
            let status = await store.status(of: visitor.name, waiting: .milliseconds(800))
            let kept = receipts.all(of: visitor.name)
            let isAdministrator = (try? await hub.isAdministrator(visitor.name)) ?? false
            return try pages.home(
                HomePages.HomeFacts(
                    user: visitor.name, status: status, quota: settings.quota, receipts: kept,
                    isAdministrator: isAdministrator, origin: origin(request),
                    address: { address(of: $0, $1, visitor.name) }))
        }
    }

    /// Looks at a home again.
    func scan(_ request: Request) async throws -> Response {
        try await asVisitor(request, changes: true) { visitor in
            await store.scan(visitor.name)
            return .redirect(to: environment.prefix, type: .normal)
        }
    }

    /// One signed receipt.
    func receipt(_ request: Request, _ context: HomeRequestContext) async throws -> Response {
        try await asVisitor(request, isPage: true) { visitor in
            let name = try context.parameters.require("file")
            guard let data = receipts.file(name, of: visitor.name) else {
                return pages.message(.notFound, "There is no such receipt", "Your receipts are on the service's page.")
            }
            var headers = HTTPFields()
            headers[.contentType] = "application/json"
            headers[.contentDisposition] = "attachment"
            return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
        }
    }

    /// What the page says, for programs.
    func describe(_ request: Request) async throws -> Response {
        struct Answer: Encodable {
            var state: String
            var things: Int?
            var files, folders, links, skipped: Int?
            var bytes: Int64?
            var taken: Date?
            var zip, tar: String?
            var zipLength, tarLength: UInt64?
            var reason: String?
        }
        return try await asVisitor(request) { visitor in
            var answer: Answer
            switch await store.status(of: visitor.name, waiting: .seconds(5)) {
            case .scanning(let progress):
                answer = Answer(state: "scanning")
                (answer.things, answer.bytes) = progress.now
            case .failed(let reason), .troubled(let reason): answer = Answer(state: "failed", reason: reason)
            case .ready(let snapshot):
                let summary = snapshot.summary
                answer = Answer(
                    state: "ready", files: summary.files, folders: summary.folders, links: summary.links,
                    skipped: summary.problems, bytes: summary.bytes, taken: summary.taken,
                    zip: address(of: snapshot, .zip, visitor.name), tar: address(of: snapshot, .tar, visitor.name),
                    zipLength: summary.length(.zip), tarLength: summary.length(.tar))
            }
            return try pages.json(answer)
        }
    }

    /// The page of administrators: the archives of all homes.
    func adminPage(_ request: Request) async throws -> Response {
        try await asAdministrator(request) { _ in
            try pages.admin(
                HomePages.AdminFacts(
                    exports: settings.exports, run: await bulk.last, isRunning: await bulk.isRunning))
        }
    }

    /// Begins archives of all homes, or goes on with them.
    func startExports(_ request: Request, anew: Bool) async throws -> Response {
        try await asAdministrator(request, changes: true) { visitor in
            guard bulk.isPossible else {
                return pages.message(.conflict, "There is no place for archives", HomePages.noPlace)
            }
            do {
                try await bulk.start(anew: anew, by: visitor.name, users: try await hub.users())
            } catch {
                return pages.message(.internalServerError, "The archives cannot be made", "\(error)")
            }
            return .redirect(to: environment.prefix + "admin", type: .normal)
        }
    }

    /// Stops making archives of all homes.
    func stopExports(_ request: Request) async throws -> Response {
        try await asAdministrator(request, changes: true) { visitor in
            await bulk.stop(by: visitor.name)
            return .redirect(to: environment.prefix + "admin", type: .normal)
        }
    }

    private func asAdministrator(
        _ request: Request, changes: Bool = false, _ body: (Visitor) async throws -> Response
    ) async throws -> Response {
        try await asVisitor(request, isPage: !changes, changes: changes) { visitor in
            do {
                guard try await hub.isAdministrator(visitor.name) else {
                    return pages.message(.forbidden, "Not allowed", "This page is for administrators of the hub.")
                }
            } catch let error as HubIdentityError {
                return pages.message(.badGateway, "The hub does not answer", "\(error). Try again in a minute.")
            }
            return try await body(visitor)
        }
    }

    /// Where people reach the service, such as `https://hub.example.org`.
    private func origin(_ request: Request) -> String {
        let scheme = request.headers[.forwardedProtocol]?.hasPrefix("https") ?? false ? "https" : "http"
        return "\(scheme)://\(request.headers[.forwardedHost] ?? request.head.authority ?? "HUB")"
    }
}
