import Foundation

/// Calls of the system whose failure is taken at once.
enum SystemCall {
    /// Makes a call that takes a name.
    ///
    /// - Parameters:
    ///   - call: its name, for the failure.
    ///   - name: that it takes.
    ///   - ignored: the number of a failure that is none.
    ///   - body: makes the call.
    /// - Returns: what the call gives; -1 after a failure that is none.
    /// - Throws: `SystemError`.
    @discardableResult
    static func make<Number: SignedInteger>(
        _ call: String, _ name: some Collection<UInt8>, unless ignored: Int32? = nil,
        _ body: (UnsafePointer<CChar>) -> Number
    ) throws(SystemError) -> Number {
        let (result, number) = CString.with(name) { name -> (Number, Int32) in
            let result = body(name)
            return (result, result < 0 ? errno : 0)
        }
        guard result >= 0 || number == ignored else { throw SystemError(call, name, number: number) }
        return result
    }

    /// Makes a call about a descriptor.
    ///
    /// - Parameters:
    ///   - call: its name, for the failure.
    ///   - result: what the call gave.
    /// - Returns: the same.
    /// - Throws: `SystemError` when it is negative.
    @discardableResult
    static func check<Number: SignedInteger>(_ call: String, _ result: Number) throws(SystemError) -> Number {
        guard result >= 0 else { throw SystemError(call) }
        return result
    }
}
