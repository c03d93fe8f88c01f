import NIOCore

/// The other end of a request's connection.
struct Client: Sendable {
    /// Its address, such as `10.0.0.1`; nil when it has none.
    let address: String?
    /// Whether it is still there.
    let isThere: @Sendable () -> Bool

    /// - Parameter channel: on which the request came.
    init(_ channel: any Channel) {
        address = channel.remoteAddress?.ipAddress
        // A channel that was never open, as in tests, cannot be closed.
        let wasActive = channel.isActive
        isThere = { !wasActive || channel.isActive }
    }
}
