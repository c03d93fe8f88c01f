import FleetModel

/// What a check asks a hub for, to have a user's server started, used and stopped.
extension HubRequest {
    /// Makes a user, who is none of an authenticator's.
    package static func makeUser(_ name: String, token: String) -> HubRequest {
        HubRequest(.post, "/users/\(name.percentEncoded)", token: token)
    }

    package static func removeUser(_ name: String, token: String) -> HubRequest {
        HubRequest(.delete, "/users/\(name.percentEncoded)", token: token, timeLimit: .seconds(60))
    }

    /// Starts the user's server. The hub answers after ten seconds at the latest: 201 it is there, 202 it is on its way.
    package static func startServer(of user: String, token: String) -> HubRequest {
        HubRequest(
            .post, "/users/\(user.percentEncoded)/server", token: token, json: Array("{}".utf8),
            timeLimit: .seconds(60))
    }

    /// Stops the user's server, also one that is on its way: 204 it is gone, 202 it is going.
    package static func stopServer(of user: String, token: String) -> HubRequest {
        HubRequest(.delete, "/users/\(user.percentEncoded)/server", token: token, timeLimit: .seconds(60))
    }

    /// The stream of what happens while the user's server starts.
    package static func progress(of user: String, token: String) -> HubRequest {
        HubRequest(.get, "/users/\(user.percentEncoded)/server/progress", token: token)
    }

    /// A token of the user for their own server, good for so many seconds.
    package static func makeToken(of user: String, seconds: Int, token: String) -> HubRequest {
        HubRequest(
            .post, "/users/\(user.percentEncoded)/tokens", token: token,
            json: Array(#"{"note": "health check", "expires_in": \#(seconds)}"#.utf8))
    }

    // MARK: - Of the server itself, below its own address

    package static func serverStatus(token: String) -> HubRequest { HubRequest(.get, "/api/status", token: token) }

    package static func kernelSpecs(token: String) -> HubRequest { HubRequest(.get, "/api/kernelspecs", token: token) }

    /// Starts the server's default kernel.
    package static func startKernel(token: String) -> HubRequest {
        HubRequest(.post, "/api/kernels", token: token, json: Array("{}".utf8), timeLimit: .seconds(60))
    }

    package static func endKernel(_ id: String, token: String) -> HubRequest {
        HubRequest(.delete, "/api/kernels/\(id.percentEncoded)", token: token)
    }

    /// The conversation with a kernel.
    package static func channels(ofKernel id: String, session: String, token: String) -> HubRequest {
        HubRequest(
            .get, "/api/kernels/\(id.percentEncoded)/channels?session_id=\(session)", token: token,
            timeLimit: .seconds(60))
    }

    /// Writes a file of one letter where the server works.
    package static func writeFile(_ name: String, token: String) -> HubRequest {
        HubRequest(
            .put, "/api/contents/\(name.percentEncoded)", token: token,
            json: Array(#"{"type": "file", "format": "text", "content": "x"}"#.utf8))
    }

    package static func removeFile(_ name: String, token: String) -> HubRequest {
        HubRequest(.delete, "/api/contents/\(name.percentEncoded)", token: token)
    }
}
