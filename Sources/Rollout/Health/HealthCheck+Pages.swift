import Engines
import FleetModel
import FleetTools
import Foundation
import Texts

/// What anybody can see of a hub, before a login.
extension HealthCheck {
    /// Ways that lead on within a hub and do nothing. Others may log somebody in, or start a server.
    private static let harmless: Set<String> = ["", "hub", "hub/", "hub/login", "hub/nologin", "hub/oauth_login"]
    private static let mostRedirects = 10

    /// The hub answers, past its proxy where that can be.
    func findHub() async throws -> String? {
        let address = access.direct ?? access.address
        // Where it cannot be asked past the proxy, somebody before it may want a password.
        let expected = access.direct == nil ? manner.expectedStatus : 200
        let end = time.instant + limits.blip
        while true {
            do {
                let answer = try await visit(HubRequest(.get, "/hub/api/health"), at: address)
                if answer.status == expected { break }
                guard Self.isGateway(answer.status) else { throw HealthTrouble.notAHub(status: answer.status) }
                guard time.instant < end else { throw HealthTrouble.nobodyBehindProxy(status: answer.status) }
            } catch HealthTrouble.unreachable(.refused, _) where time.instant < end {
                // It may be starting anew.
            }
            try await time.sleep(for: .milliseconds(500))
        }
        struct Version: Decodable { let version: String }
        let answer = try await visit(HubRequest(.get, "/hub/api/"), at: address)
        if let said = try? JSONDecoder().decode(Version.self, from: Data(answer.body)) {
            diary.version = diary.shown(said.version)
        }
        return diary.version.map { "JupyterHub \($0)" }
    }

    /// People who come to the address get to the hub.
    func goThroughProxy() async throws -> String? {
        do {
            let health = try await visits.answer(to: HubRequest(.get, "/hub/api/health"), at: access.address)
            if Self.isGateway(health.status) { throw HealthTrouble.nobodyBehindProxy(status: health.status) }
            guard health.status == manner.expectedStatus else { throw HealthTrouble.notAHub(status: health.status) }
        } catch let error as HubVisitError where access.direct != nil {
            throw HealthTrouble.proxyUnreachable(error)
        } catch let error as HubVisitError {
            throw HealthTrouble.unreachable(error, isHere: manner.isHere)
        }
        let (answer, way) = try await walk(from: "")
        guard answer.status < 400 || !manner.hasLogin && answer.status == 403 else {
            throw HealthTrouble.pageFails("the hub's first page", status: answer.status)
        }
        return way.count > 1 ? "leads to /\(way.last ?? "")" : nil
    }

    /// The page of the login is one, or leads to whoever logs people in.
    func lookAtLogin() async throws -> String? {
        let (answer, _) = try await walk(from: "hub/login")
        let page = String(decoding: answer.body.prefix(1 << 20), as: UTF8.self)
        switch answer.status {
        case 200:
            guard page.lowercased().contains("<html") else {
                throw HealthTrouble.pageFails("what should be the page of the login is none: it", status: 200)
            }
        case 300..<400: break
        case 403 where !manner.hasLogin: return "nobody logs in here"
        default: throw HealthTrouble.pageFails("the page of the login", status: answer.status)
        }
        if manner.opensWithBinder {
            let form = try await visit(HubRequest(.get, "/services/binder/"), at: access.address)
            guard form.status < 400 || form.status == 403 else {
                throw HealthTrouble.pageFails("the form of BinderHub", status: form.status)
            }
        }
        if !manner.hasLogin { return "not followed: it logs in whoever comes, or nobody" }
        return answer.status == 200 ? nil : "leads to the login of somebody else"
    }

    /// Follows the hub where that does nothing, and stays within it.
    /// - Returns: the last answer, and the places below the address that led there.
    private func walk(from start: String) async throws -> (answer: HubAnswer, way: [String]) {
        var way = [start]
        while true {
            let answer = try await visit(HubRequest(.get, "/" + (way.last ?? "")), at: access.address)
            guard (300..<400).contains(answer.status), let location = answer.location, let next = place(location),
                Self.harmless.contains(next.path)
            else { return (answer, way) }
            // A login without a page of its own logs in whoever asks for this.
            guard manner.hasLogin || next.path != "hub/oauth_login" else { return (answer, way) }
            way.append(next.whole)
            guard way.count <= Self.mostRedirects else {
                throw HealthTrouble.redirectRing(way.suffix(3).map { "/" + diary.shown($0) })
            }
        }
    }

    /// The place below the hub's address that it leads to; nil for any other.
    private func place(_ location: String) -> (path: String, whole: String)? {
        guard let base = URL(string: access.address), let target = URL(string: location, relativeTo: base),
            target.host == base.host, target.port == base.port,
            let rest = target.absoluteURL.path(percentEncoded: true).exact.without(
                prefix: base.path(percentEncoded: true).exact)
        else { return nil }
        return (rest.text, rest.text + (target.query(percentEncoded: true).map { "?\($0)" } ?? ""))
    }

    /// Whether a proxy says that nobody is behind it.
    static func isGateway(_ status: Int) -> Bool { [502, 503, 504].contains(status) }
}
