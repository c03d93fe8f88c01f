import Engines
import FleetModel
import FleetTools
import Foundation
import Texts

/// The check of one hub: from its address to a cell that runs in a user's server, and back.
///
/// It asks as people and their programs do. Whatever happens, it stops the server that it started.
struct HealthCheck: Sendable {
    let hub: String
    let access: HealthAccess
    let manner: HealthManner
    let limits: HealthLimits
    let notebook: CheckNotebook?
    let visits: any HubVisits
    let time: any TimeSource
    let diary: HealthDiary

    var api: String { access.address + "hub/api" }

    /// The token of the service.
    /// - Throws: `HealthTrouble.noToken`.
    var token: String {
        get throws {
            guard let token = access.token else {
                throw HealthTrouble.noToken(access.tokenAdvice)
            }
            return token.text
        }
    }

    /// Checks the hub.
    /// - Parameter last: the stage that it ends with.
    /// - Returns: what it found out.
    /// - Throws: `CancellationError`; the server is stopped then, too.
    func run(upTo last: HealthStage) async throws -> HealthVerdict {
        let began = time.now
        let logged = access.log?.size ?? 0
        var trouble: HealthTrouble?
        do {
            try await takeStages(upTo: last)
        } catch let error as HealthTrouble {
            trouble = error
        } catch let error where !(error is CancellationError) {
            trouble = .strangeAnswer(to: diary.shown("\(error)"))
        } catch {
            diary.fail()
            _ = await tidy()
            throw error
        }
        if trouble != nil { diary.fail() }
        // What is seen now shows why; tidying up writes more lines.
        let log = trouble == nil ? [] : lines(from: logged)
        let leftOver = trouble == nil ? nil : await tidy()
        return verdict(trouble, log: log, leftOver: leftOver, began: began, isWhole: last == .clean)
    }

    private func verdict(
        _ trouble: HealthTrouble?, log: [String], leftOver: String?, began: Date, isWhole: Bool
    ) -> HealthVerdict {
        let events = diary.events
        let judgement = trouble.map { HealthJudge.judge($0, events: events.map(\.text), log: log) }
        return HealthVerdict(
            hub: hub, outcome: trouble?.outcome ?? (isWhole ? .healthy : .partly), subject: judgement?.subject,
            reason: judgement.map { diary.shown($0.reason) }, stages: diary.stages, events: events, log: log,
            leftOver: leftOver.map(diary.shown), began: began, seconds: diary.seconds, version: diary.version)
    }

    private func lines(from start: UInt64) -> [String] {
        guard let log = access.log else { return [] }
        return log.tail(from: start, lines: 60).split(whereSeparator: \.isNewline).map { diary.shown(String($0)) }
    }

    private func takeStages(upTo last: HealthStage) async throws {
        try await take(.hub, upTo: last) { try await findHub() }
        try await take(.proxy, upTo: last) { try await goThroughProxy() }
        try await take(.login, upTo: last) { try await lookAtLogin() }
        try await take(.api, upTo: last) { try await askAPI() }
        guard last > .api else { return }
        if manner.opensWithBinder { throw HealthTrouble.onlyFromRepository }
        try await take(.user, upTo: last) { try await makeUser() }
        try await take(.spawn, upTo: last) { try await start() }
        if last >= .kernel { try await useServer(upTo: last) }
        // What was started is stopped, whatever was asked for.
        if last >= .spawn { try await take(.stop, upTo: .clean) { try await stop() } }
        if last >= .user { try await take(.clean, upTo: .clean) { try await removeUser() } }
    }

    /// Takes one stage, unless the check ends before it.
    func take(_ stage: HealthStage, upTo last: HealthStage, _ work: () async throws -> String?) async throws {
        guard stage <= last else { return }
        diary.begin(stage)
        diary.pass(try await work())
    }

    /// Stops and removes what the check made. Runs to its end although the check was cancelled.
    /// - Returns: what stays, if anything.
    private func tidy() async -> String? {
        guard let reached = diary.stages.last?.stage, reached >= .user else { return nil }
        let task = Task {
            do {
                _ = try await stop()
                _ = try await removeUser()
                return String?.none
            } catch {
                return "\(error)"
            }
        }
        return await task.value
    }

    // MARK: - Asking

    /// Asks the hub's API as the service.
    func ask(_ request: HubRequest) async throws -> HubAnswer { try await visit(request, at: api) }

    func visit(_ request: HubRequest, at address: String) async throws -> HubAnswer {
        do {
            return try await visits.answer(to: request, at: address)
        } catch let error as HubVisitError {
            throw HealthTrouble.unreachable(error, isHere: manner.isHere)
        }
    }

    /// What an answer says in the end: JupyterHub's API and Jupyter's say it as `message`.
    func said(_ answer: HubAnswer) -> String {
        struct Said: Decodable {
            let message: String?
            let reason: String?
            let traceback: String?
        }
        if let said = try? JSONDecoder().decode(Said.self, from: Data(answer.body)) {
            let cause = said.traceback?.lastLines(1) ?? ""
            let parts = [said.message ?? said.reason ?? "", cause]
            return diary.shown(parts.filter { !$0.isEmpty }.joined(separator: ": "))
        }
        // A proxy or an ingress says it as a page.
        return ""
    }

    func decode<Answer: Decodable>(_ answer: HubAnswer, of what: String) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(answer.body))
        } catch {
            throw HealthTrouble.strangeAnswer(to: what)
        }
    }
}
