import FleetTools
import Foundation

/// The place of an archive that is written: `NAME.part`, with `NAME.part.state` beside it, until it gets its name.
struct ExportPlace {
    /// The path of the finished archive.
    let path: String
    let part: String
    /// The folder with the scan and how far the part is.
    let state: String

    init(_ path: String) {
        self.path = path
        part = path + ".part"
        state = path + ".part.state"
    }

    /// Whether the part has its name already, and only what comes after that is missing: whoever wrote it was killed.
    var isFinished: Bool {
        guard let part = Self.status(part), let whole = Self.status(path) else { return false }
        return part.st_mode & S_IFMT == S_IFREG && (part.st_dev, part.st_ino) == (whole.st_dev, whole.st_ino)
    }

    /// - Throws: `HomeError.notWritten` when there is a part that no export began.
    func checkPart() throws {
        guard Self.status(part) != nil, Self.status(state) == nil else { return }
        throw HomeError.notWritten(part, reason: "it is there already, and no export began it; name another archive")
    }

    /// Forgets a part that is a finished archive under another name: somebody renamed it.
    func letGoOfFinished() {
        guard let status = Self.status(part), status.st_nlink > 1 else { return }
        unlink(part)
        forgetScan()
    }

    /// Forgets the scan, so that the next run begins anew.
    func forgetScan() { unlink(state + "/snapshot.json") }

    /// Gives the part its name.
    /// - Throws: `HomeError.notWritten`, also when there is something by now.
    func publish() throws {
        guard FileWriting.name(part, path) else { throw HomeError.notWritten(path, reason: SystemError("link").reason) }
    }

    /// Removes what only an unfinished archive needs.
    func clear() {
        unlink(part)
        try? FileManager.default.removeItem(atPath: state)
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }
}
