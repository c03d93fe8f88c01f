import Foundation

/// The failure of a call of the system. It is made right at the call: the next call may change `errno`.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The reason as a number, such as `ENOENT`.
    package let number: Int32
    /// The call that failed, such as `openat`.
    package let call: String
    /// The path or the name that it was about; empty for a descriptor.
    package let path: [UInt8]

    /// - Parameters:
    ///   - call: that failed.
    ///   - path: that it was about.
    ///   - number: the reason; by default the one of the last call.
    init(_ call: String, _ path: some Sequence<UInt8>, number: Int32 = errno) {
        self.number = number
        self.call = call
        self.path = Array(path)
    }

    /// The failure of a call about a descriptor.
    ///
    /// - Parameters:
    ///   - call: that failed.
    ///   - number: the reason; by default the one of the last call.
    init(_ call: String, number: Int32 = errno) { self.init(call, [], number: number) }

    /// The reason as the system says it.
    package var reason: String { String(cString: strerror(number)) }

    package var description: String { "\(call) \(ByteText.readable(path)): \(reason)" }

    /// Whether there is nothing at the path, or not where it leads.
    var isGone: Bool { number == ENOENT || number == ENOTDIR }
}
