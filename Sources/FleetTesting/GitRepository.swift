import FleetTools

extension TemporaryFolder {
    /// Makes a git repository of the folder where there is none, and a commit of all that is in it.
    package func commitAll(_ message: String = "state") async throws {
        let runner = try RealThings.runner(environment: [
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@example.org", "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@example.org",
        ])
        for arguments in [
            ["init", "--quiet"], ["-c", "core.autocrlf=false", "add", "--all", "--force"],
            ["commit", "--quiet", "--allow-empty", "--message", message],
        ] {
            try await runner.check(Invocation("git", arguments, workingDirectory: path))
        }
    }
}
