import Foundation
import Texts

/// Rules about the identity providers of CILogon.
enum ProviderRules {
    static let rules = [
        Rule(
            "auth/provider-form", .error, "Each identity provider of CILogon is written as the login reads it.",
            because: "The login checks its providers when the hub starts, and the hub does not start with one that it "
                + "does not understand.",
            .hub(form)),
        Rule(
            "auth/cilogon-derivation", .error, "No two identity providers of CILogon make the same names.",
            because: "Users of the one can take the homes of the other's users who get the same name.",
            judging: .absence, .hub(derivation)),
        Rule(
            "auth/shared-address", .warning,
            "A provider whose users write their own addresses does not name people by them.",
            because:
                "Who can enter an address there that is not theirs opens the home of the one whose address it is at "
                + "an institution.",
            judging: .absence, .hub(sharedAddress)),
    ]

    // MARK: - Form

    private static let schema: JSONSchema = {
        let file = "settings/cilogon-idp.schema.json"
        let root = YAMLReader.read(EmbeddedFiles.all[file] ?? "", file: file).root
        return JSONSchema(root ?? Value(.map(ValueMap()), at: SourceLocation(file: file)), file: file)
    }()

    /// The schemes of the addresses that CILogon gives its providers. Source: `_validate_idps` of oauthenticator 17.4.
    private static let schemes = ["http", "https", "urn"]

    private static func form(_ hub: HubFacts) -> [Rule.Fault] {
        guard hub.login.isOne(of: "CILogonOAuthenticator"), let providers = hub.login.identityProviders else {
            return []
        }
        return providers.pairs.flatMap { name, place, provider -> [Rule.Fault] in
            let scheme = name.split(separator: ":", maxSplits: 1).first.map(String.init) ?? ""
            let isAddress = name.contains(":") && schemes.contains(scheme.lowercased())
            let address =
                isAddress
                ? []
                : [
                    Rule.Fault(
                        "\"\(name.printable)\" is no address of an identity provider",
                        advice:
                            "write its address as CILogon lists it, such as https://idp.example.org/shibboleth",
                        at: place)
                ]
            guard !provider.isNull else { return address }
            return address + faults(of: provider, named: name, key: place, hub: hub)
        }
    }

    private static func faults(
        of provider: Value, named name: String, key: SourceLocation, hub: HubFacts
    ) -> [Rule.Fault] {
        schema.violations(in: provider, at: ValuePath([.key(name)])).compactMap { violation in
            let isMissing = violation.rule == .missingKey
            // Another layer may hold what is missing here.
            if isMissing, hub.knowledge.unknownDefaults != nil { return nil }
            let place = violation.location == provider.location && isMissing ? key : violation.location
            return Rule.Fault(violation.message, advice: violation.advice, at: place)
        }
    }

    // MARK: - Names

    /// How the names of a provider's users are made.
    private struct Names {
        let claim: String
        let action: String?
        let argument: String
        let place: SourceLocation
        let provider: String

        /// Whether the claim is an address, which belongs to one person whoever confirms it.
        var isAddress: Bool { ["email", "eppn"].contains(claim) }
        /// Whether what is made is a short name: the domain is taken off, or the claim has none.
        var isShort: Bool { action == "strip_idp_domain" || (action == nil && !isAddress) }
    }

    private static func names(of hub: HubFacts) -> [Names] {
        guard hub.login.isOne(of: "CILogonOAuthenticator") else { return [] }
        return (hub.login.identityProviders?.pairs ?? []).compactMap { name, place, provider in
            guard let derivation = provider["username_derivation"]?.ifSet,
                let claim = derivation["username_claim"]?.text
            else { return nil }
            let action = derivation["action"].flatMap { $0.isNull ? nil : $0.text }
            let argument = derivation[action == "prefix" ? "prefix" : "domain"]?.text ?? ""
            return Names(claim: claim, action: action, argument: argument.lowercased(), place: place, provider: name)
        }
    }

    private static func derivation(_ hub: HubFacts) -> [Rule.Fault] {
        let all = names(of: hub)
        return all.indices.compactMap { index in
            guard let twin = all[..<index].first(where: { meet($0, all[index]) }) else { return nil }
            return Rule.Fault(
                "users of this identity provider can get the names of another one's: "
                    + reason(twin, all[index]),
                advice: "give one of them `action: prefix` with a prefix of its own", at: all[index].place,
                related: [twin.place])
        }
    }

    private static func meet(_ one: Names, _ other: Names) -> Bool {
        switch (one.action, other.action) {
        case ("prefix", "prefix"): one.argument.exact == other.argument.exact && meetPlainly(one, other)
        case ("strip_idp_domain", "strip_idp_domain"):
            // Of one domain both take the same off, and what is left is one person's.
            one.argument.exact != other.argument.exact || !(one.isAddress && other.isAddress)
        case ("prefix", _), (_, "prefix"): false
        case (nil, nil): meetPlainly(one, other)
        default: one.isShort && other.isShort
        }
    }

    private static func meetPlainly(_ one: Names, _ other: Names) -> Bool {
        one.claim.exact == other.claim.exact && !one.isAddress
    }

    private static func reason(_ one: Names, _ other: Names) -> String {
        switch (one.action, other.action) {
        case ("prefix", "prefix"): "both have the same prefix"
        case ("strip_idp_domain", "strip_idp_domain"): "both take their domain off"
        case (nil, nil): "both make them from the same claim"
        default: "one takes its domain off, and the other has none"
        }
    }

    /// Providers where anybody has an account, and writes an address into it.
    private static let open = [
        "github.com", "gitlab.com", "google.com", "linkedin.com", "microsoftonline.com", "orcid.org",
    ]

    private static func sharedAddress(_ hub: HubFacts) -> [Rule.Fault] {
        let named = names(of: hub).filter { $0.claim == "email" && $0.action == nil }
        guard let institution = named.first(where: { !isOpen($0.provider) }) else { return [] }
        return named.filter { isOpen($0.provider) }.compactMap { names in
            guard hub.login.identityProviders?[names.provider]?["allowed_domains"]?.ifSet == nil else { return nil }
            return Rule.Fault(
                "people are named by the e-mail address of their account here, which is also a name at \(institution.provider.printable)",
                advice: "name them by another claim, such as preferred_username with a prefix, or set allowed_domains",
                at: names.place, related: [institution.place])
        }
    }

    private static func isOpen(_ provider: String) -> Bool {
        let host = URL(string: provider)?.host()?.lowercased() ?? ""
        return open.contains { host == $0 || host.hasSuffix("." + $0) }
    }
}
