/// Rules about logins with a password that all share, for workshops and trials.
enum PasswordRules {
    static let rules = [
        Rule(
            "auth/no-password", .error, "A login with a shared password has one.",
            because: "With DummyAuthenticator whoever finds the address is let in, under any name; with "
                + "SharedPasswordAuthenticator nobody is.",
            judging: .absence, .hub(noPassword)),
        Rule(
            "auth/shared-password-administrators", .error,
            "Administrators of a hub with a shared password have a password of their own.",
            because: "With DummyAuthenticator whoever knows the password can take an administrator's name, and with it "
                + "every user's files; with SharedPasswordAuthenticator no administrator can log in.",
            .hub(administrators)),
        Rule(
            "auth/short-password", .error, "The passwords are as long as JupyterHub asks for.",
            because: "JupyterHub does not start with a user password of less than 8 characters or an administrators' "
                + "password of less than 32.",
            .hub(shortPassword)),
        Rule(
            "auth/temporary-users-with-homes", .note, "Users who exist for one visit keep no files.",
            because: "Every visit makes a new user, and a home that nobody can ever open again.", .hub(temporaryHomes)),
    ]

    private static func noPassword(_ hub: HubFacts) -> [Rule.Fault] {
        // A Secret of the cluster may hold it.
        guard !hub.isLocal, !hub.login.hasExistingSecret else { return [] }
        if hub.login.isOne(of: "DummyAuthenticator"), hub.login.given("password") == nil,
            !hub.login.isAssigned("password")
        {
            return [
                Rule.Fault(
                    "anybody can log in as anybody: DummyAuthenticator without a password",
                    advice: "set hub.config.DummyAuthenticator.password in an encrypted file, or another login",
                    at: hub.login.place)
            ]
        }
        guard hub.login.isOne(of: "SharedPasswordAuthenticator"), hub.login.given("user_password") == nil,
            hub.login.given("admin_password") == nil, !hub.login.isAssigned("user_password"),
            !hub.login.isAssigned("admin_password")
        else { return [] }
        return [
            Rule.Fault(
                "nobody can log in: neither user_password nor admin_password is set",
                advice: "set them in an encrypted file",
                at: hub.login.place)
        ]
    }

    private static func administrators(_ hub: HubFacts) -> [Rule.Fault] {
        guard hub.access.administrators.isSet, let place = hub.access.administrators.place else { return [] }
        let isDummy = hub.login.isOne(of: "DummyAuthenticator") && !hub.isLocal
        let isShared =
            hub.login.isOne(of: "SharedPasswordAuthenticator") && hub.login.given("admin_password") == nil
            && !hub.login.isAssigned("admin_password") && hub.knowledge.unknownDefaults == nil
        guard isDummy || isShared else { return [] }
        return [
            Rule.Fault(
                isShared
                    ? "administrators cannot log in: they have no password"
                    : "administrators log in with the password that all users share",
                advice: isShared
                    ? "set SharedPasswordAuthenticator.admin_password in an encrypted file" : "set admin_users to []",
                at: place, related: [hub.login.place])
        ]
    }

    private static func shortPassword(_ hub: HubFacts) -> [Rule.Fault] {
        guard hub.login.isOne(of: "SharedPasswordAuthenticator") else { return [] }
        return [("user_password", 8), ("admin_password", 32)].compactMap { name, length in
            guard let password = hub.login.given(name), let text = password.text, text.count < length else {
                return nil
            }
            return Rule.Fault(
                "\(name) is shorter than \(length) characters", advice: "choose a longer one", at: password.location)
        }
    }

    private static func temporaryHomes(_ hub: HubFacts) -> [Rule.Fault] {
        guard hub.login.isOne(of: "TmpAuthenticator"),
            let place = hub.storage.type.place, let text = hub.storage.type.compared, text != "none"
        else { return [] }
        return [
            Rule.Fault(
                "users are made for one visit, but their homes are kept",
                advice: "set singleuser.storage.type to none", at: place, related: [hub.login.place])
        ]
    }
}
