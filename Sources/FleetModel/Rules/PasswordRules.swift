/// Rules about logins with a password that all share, for workshops and trials.
enum PasswordRules {
    static let rules = [
        Rule(
            "auth/no-password", .error, "A login with a shared password has one.",
            because: "With DummyAuthenticator whoever finds the address is let in, under any name; with "
                + "SharedPasswordAuthenticator nobody is.",
            .hub(noPassword)),
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

    private static func noPassword(_ hub: HubSettings) -> [Rule.Fault] {
        // A Secret of the cluster may hold it.
        guard !hub.isLocal, hub.jupyterhub["hub", "existingSecret"]?.ifSet == nil else { return [] }
        if hub.logsIn(with: "DummyAuthenticator"), hub.login("password") == nil {
            return [
                Rule.Fault(
                    "anybody can log in as anybody: DummyAuthenticator without a password",
                    advice: "set hub.config.DummyAuthenticator.password in an encrypted file, or another login",
                    at: hub.authenticatorPlace)
            ]
        }
        guard hub.logsIn(with: "SharedPasswordAuthenticator"), hub.login("user_password") == nil,
            hub.login("admin_password") == nil
        else { return [] }
        return [
            Rule.Fault(
                "nobody can log in: neither user_password nor admin_password is set",
                advice: "set them in an encrypted file",
                at: hub.authenticatorPlace)
        ]
    }

    private static func administrators(_ hub: HubSettings) -> [Rule.Fault] {
        guard let administrators = hub.login("admin_users") else { return [] }
        let isDummy = hub.logsIn(with: "DummyAuthenticator") && !hub.isLocal
        let isShared = hub.logsIn(with: "SharedPasswordAuthenticator") && hub.login("admin_password") == nil
        guard isDummy || isShared else { return [] }
        return [
            Rule.Fault(
                isShared
                    ? "administrators cannot log in: they have no password"
                    : "administrators log in with the password that all users share",
                advice: isShared
                    ? "set SharedPasswordAuthenticator.admin_password in an encrypted file" : "set admin_users to []",
                at: administrators.location, related: [hub.authenticatorPlace])
        ]
    }

    private static func shortPassword(_ hub: HubSettings) -> [Rule.Fault] {
        guard hub.logsIn(with: "SharedPasswordAuthenticator") else { return [] }
        return [("user_password", 8), ("admin_password", 32)].compactMap { name, length in
            guard let password = hub.login(name), let text = password.text, text.count < length else { return nil }
            return Rule.Fault(
                "\(name) is shorter than \(length) characters", advice: "choose a longer one", at: password.location)
        }
    }

    private static func temporaryHomes(_ hub: HubSettings) -> [Rule.Fault] {
        guard hub.logsIn(with: "TmpAuthenticator"),
            let type = hub.jupyterhub["singleuser", "storage", "type"], let text = type.text, text != "none"
        else { return [] }
        return [
            Rule.Fault(
                "users are made for one visit, but their homes are kept",
                advice: "set singleuser.storage.type to none", at: type.location, related: [hub.authenticatorPlace])
        ]
    }
}
