import Texts

/// A text that hubs, Kubernetes and Python say when something is wrong, with whose it is.
///
/// The texts are those of Kubernetes' events and of KubeSpawner (7.1), JupyterHub (5.5), Jupyter Server (2.21), SQLite and
/// Python. The order counts: what is said first in the list is the cause of what is said later.
struct HealthClue: Sendable {
    let subject: HealthSubject
    let meaning: String
    let texts: [String]
    /// Whether a server of which it is said will not start any more.
    var isFinal = false

    static let all: [HealthClue] = [
        HealthClue(
            subject: .capacity, meaning: "a disk is full",
            texts: ["No space left on device", "database or disk is full", "Disk quota exceeded"]),
        HealthClue(
            subject: .cluster, meaning: "a disk is in another zone than the nodes",
            texts: ["volume node affinity conflict"], isFinal: true),
        HealthClue(
            subject: .capacity, meaning: "no node has room, and none will be added",
            texts: [
                "NotTriggerScaleUp", "pod didn't trigger scale-up", "FailedScaleUp", "exceeded quota", "QuotaExceeded",
                "max node group size reached",
            ], isFinal: true),
        HealthClue(
            subject: .capacity, meaning: "no node has room",
            texts: ["nodes are available", "Insufficient memory", "Insufficient cpu", "FailedScheduling"]),
        HealthClue(
            subject: .capacity, meaning: "memory ran out",
            texts: [
                "OOMKilled", "MemoryError", "Cannot allocate memory", "can't start new thread", "Out of memory",
                "Resource temporarily unavailable",
            ]),
        HealthClue(
            subject: .capacity, meaning: "too many files are open", texts: ["Too many open files"]),
        HealthClue(
            subject: .capacity, meaning: "the hub's limit of servers is reached",
            texts: ["Active user limit exceeded", "Too many users trying to log in"]),
        HealthClue(
            subject: .network, meaning: "a registry or a name cannot be reached",
            texts: [
                "no such host", "i/o timeout", "toomanyrequests", "TLS handshake timeout", "x509:",
                "Temporary failure in name resolution", "Name or service not known", "connection reset by peer",
            ]),
        HealthClue(
            subject: .image, meaning: "the image cannot be had",
            texts: [
                "InvalidImageName", "manifest unknown", "manifest for", "pull access denied", "ErrImagePull",
                "ImagePullBackOff", "Failed to pull image", "Back-off pulling image",
            ], isFinal: true),
        HealthClue(
            subject: .cluster, meaning: "storage cannot be mounted",
            texts: [
                "FailedMount", "MountVolume", "Unable to attach or mount volumes", "FailedAttachVolume",
                "AttachVolume.Attach failed", "Multi-Attach error", "mount.nfs", "Stale file handle",
                "Read-only file system", "Input/output error", "unbound immediate PersistentVolumeClaims",
            ]),
        HealthClue(
            subject: .cluster, meaning: "the cluster does not do its part",
            texts: [
                "FailedCreatePodSandBox", "failed calling webhook", "etcdserver", "NetworkNotReady", "NodeNotReady",
                "node is not ready", "Reason: Forbidden", "Reason: Unauthorized",
            ]),
        HealthClue(
            subject: .hub, meaning: "what the server needs of the hub's values is not there",
            texts: ["CreateContainerConfigError", "serviceaccount", "couldn't find key"], isFinal: true),
        HealthClue(
            subject: .hub, meaning: "the hub's database does not work",
            texts: [
                "OperationalError", "database is locked", "readonly database", "DatabaseError", "IntegrityError",
                "PendingRollbackError",
            ]),
        HealthClue(
            subject: .image, meaning: "the server's program ends again and again",
            texts: ["CrashLoopBackOff", "Back-off restarting failed container"], isFinal: true),
        HealthClue(
            subject: .image, meaning: "a program or a package is missing, or does not fit",
            texts: [
                "ModuleNotFoundError", "ImportError", "No module named", "executable file not found",
                "exec format error", "command not found", "NoSuchKernel", "No such kernel", "GLIBC_", "SyntaxError",
                "No such file or directory", "RunContainerError", "BackoffLimitExceeded", "undefined symbol",
            ]),
        HealthClue(
            subject: .hub, meaning: "the hub's own settings refuse it",
            texts: ["server profiles is for your groups", "TraitError", "Permission denied", "PermissionError"]),
    ]

    /// The first that a text holds.
    static func first(in text: String) -> HealthClue? { all.first { $0.isIn(text) } }

    func isIn(_ text: String) -> Bool { texts.contains { text.contains($0) } }
}

/// Finds out whose a trouble is, of all that was seen.
enum HealthJudge {
    /// What a check says in the end.
    struct Judgement: Equatable {
        let subject: HealthSubject
        let reason: String
    }

    /// - Parameters:
    ///   - trouble: what the check met.
    ///   - events: what the hub said of the start, in its order.
    ///   - log: lines of the hub's log since the check began.
    /// - Returns: whose it is, and why.
    static func judge(_ trouble: HealthTrouble, events: [String], log: [String]) -> Judgement {
        let plain = Judgement(subject: trouble.subject, reason: trouble.description)
        // What was said of the trouble itself counts before what was said around it.
        let around = trouble.asksForClues ? [events, log.filter(\.mayTellWhy)] : []
        for lines in [trouble.said.map { [$0] } ?? []] + around {
            for clue in HealthClue.all where clue.subject != .image || !trouble.isBeforeServers {
                guard let line = lines.last(where: clue.isIn) else { continue }
                let isSaid = plain.reason.contains(line)
                return Judgement(
                    subject: clue.subject,
                    reason: "\(clue.meaning): \(plain.reason)\(isSaid ? "" : "; \(line.trimmingSpaces)")")
            }
        }
        return plain
    }
}

extension String {
    /// Whether a line of the hub's log can be the reason of a trouble: not what was only noted, and nothing of the culler, which
    /// starts beside the hub and warns of a package that it does not need.
    fileprivate var mayTellWhy: Bool {
        !contains(" IdleCuller ") && !["[I ", "[D "].contains { drop { $0 == " " }.hasPrefix($0) }
    }

    /// Without spaces around it.
    fileprivate var trimmingSpaces: String {
        let rest = drop { $0 == " " }
        return String(rest.reversed().drop { $0 == " " }.reversed())
    }
}
