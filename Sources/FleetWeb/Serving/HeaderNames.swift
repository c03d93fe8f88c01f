import HTTPTypes

extension HTTPField.Name {
    static let forwardedProtocol = named("X-Forwarded-Proto")
    static let forwardedHost = named("X-Forwarded-Host")
    static let forwardedFor = named("X-Forwarded-For")
    static let fetchDestination = named("Sec-Fetch-Dest")
    static let fetchMode = named("Sec-Fetch-Mode")
    static let fetchSite = named("Sec-Fetch-Site")
    static let purpose = named("Sec-Purpose")
    static let navigationPreload = named("Service-Worker-Navigation-Preload")
    static let accelBuffering = named("X-Accel-Buffering")
    static let frameOptions = named("X-Frame-Options")
    static let referrerPolicy = named("Referrer-Policy")

    /// All names above are valid; the other one is never used.
    private static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .server }
}
