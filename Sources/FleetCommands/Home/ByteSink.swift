import Foundation
import Homes

/// Writes bytes to a file descriptor, all of them or an error.
struct ByteSink {
    let descriptor: Int32
    let path: String

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw HomeError.notWritten(path, reason: String(cString: strerror(errno))) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Makes a new file, which has its name only once all is written. An existing one stays as it is.
    static func writing<Result>(_ path: String, _ body: (ByteSink) throws -> Result) throws -> Result {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw HomeError.notWritten(path, reason: "it is there already; name another file")
        }
        let part = path + ".part"
        let descriptor = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw HomeError.notWritten(part, reason: String(cString: strerror(errno))) }
        do {
            let result = try body(ByteSink(descriptor: descriptor, path: path))
            guard fsync(descriptor) == 0, close(descriptor) == 0, link(part, path) == 0 else {
                throw HomeError.notWritten(path, reason: String(cString: strerror(errno)))
            }
            unlink(part)
            return result
        } catch {
            unlink(part)
            throw error
        }
    }
}
