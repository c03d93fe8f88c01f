import FleetModel

/// What people will notice of a change of one release, with what shows it.
package struct Consequence: Sendable, Equatable {
    /// The classes, the gravest first. Their texts stand in saved plans.
    package enum Kind: String, Sendable, CaseIterable {
        /// What it does cannot be seen here. It is never taken for nothing.
        case unknown
        /// Kubernetes refuses it, or helm leaves it as it is.
        case refused = "cannot-be-applied"
        /// A claim, a volume or a path of data changes.
        case dataAtRisk = "data-at-risk"
        /// It cannot be taken back by going back.
        case oneWay = "one-way"
        /// Somebody, or something, may do more than before.
        case permissionsWiden = "permissions-widen"
        case loggedOut = "logged-out"
        case proxyRestarts = "proxy-restarts"
        case hubRestarts = "hub-restarts"
        /// Pods start anew that are neither hub nor proxy.
        case othersRestart = "others-restart"
        /// It holds as soon as it is applied.
        case atOnce = "at-once"
        /// It comes with the next start of each server of a user.
        case nextStart = "next-start"
        case nothing
    }

    /// One thing that shows it: a field of an object, or what is known otherwise.
    package struct Proof: Sendable, Hashable {
        /// `KIND NAME`; nil where it is no object that shows it.
        package let object: String?
        /// The path of the field; nil where the object as a whole shows it.
        package let path: String?
        /// As people may see it; nil where it is not there.
        package let before: String?
        package let after: String?
        /// Whether people see less than there is.
        package let isHidden: Bool
        /// Why it shows the consequence, where the field does not say so by itself.
        package let note: String?
        /// The template of the object.
        package let template: String?

        package init(
            object: String? = nil, path: String? = nil, before: String? = nil, after: String? = nil,
            isHidden: Bool = false, note: String? = nil, template: String? = nil
        ) {
            self.object = object
            self.path = path
            self.before = before
            self.after = after
            self.isHidden = isHidden
            self.note = note
            self.template = template
        }
    }

    package let kind: Kind
    /// Whether it holds only for a release that was installed and never upgraded since: at an install the upstream chart
    /// sums other random values than it writes.
    package let isOfFirstUpgrade: Bool
    /// At least one.
    package let proofs: [Proof]

    package init(_ kind: Kind, isOfFirstUpgrade: Bool = false, proofs: [Proof]) {
        self.kind = kind
        self.isOfFirstUpgrade = isOfFirstUpgrade
        self.proofs = proofs
    }
}

/// The consequences of a change of one release.
package struct ReleaseConsequences: Sendable, Equatable {
    /// The gravest first, each kind once, and once more for a first upgrade.
    package let all: [Consequence]
    /// Why the state after cannot be rendered at all by the helm that is here, so that it cannot be deployed; nil else.
    package let failure: String?

    package init(_ all: [Consequence], failure: String? = nil) {
        self.all = all
        self.failure = failure
    }

    /// Those of a release of which nothing is known, for a reason.
    package static func unknown(_ reason: String) -> ReleaseConsequences {
        ReleaseConsequences([Consequence(.unknown, proofs: [Consequence.Proof(note: reason)])])
    }

    package var kinds: Set<Consequence.Kind> { Set(all.filter { !$0.isOfFirstUpgrade }.map(\.kind)) }
}
