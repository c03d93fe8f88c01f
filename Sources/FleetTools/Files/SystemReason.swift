import Foundation

/// Why the system refused something, in the system's own words. Foundation's words ("The operation could not be completed")
/// name neither the reason nor what to do.
package enum SystemReason {
    /// - Parameter error: as Foundation throws it.
    /// - Returns: such as `Permission denied`.
    package static func of(_ error: any Error) -> String {
        if let error = error as? POSIXError { return words(error.code) }
        guard let error = error as? CocoaError else { return "\(error)" }
        if let below = error.underlying as? POSIXError { return words(below.code) }
        return switch error.code {
        case .fileReadNoPermission, .fileWriteNoPermission: words(.EACCES)
        case .fileNoSuchFile, .fileReadNoSuchFile: words(.ENOENT)
        case .fileWriteOutOfSpace: words(.ENOSPC)
        case .fileWriteVolumeReadOnly: words(.EROFS)
        case .fileWriteFileExists: words(.EEXIST)
        case .fileReadTooLarge: words(.EFBIG)
        default: "it cannot be read or written (\(error.code.rawValue))"
        }
    }

    private static func words(_ code: POSIXErrorCode) -> String { String(cString: strerror(code.rawValue)) }
}
