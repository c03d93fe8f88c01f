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

    /// The file in which the part's number on the disk is noted before it gets its name: not all disks let it have two.
    private var note: String { state + "/named" }

    /// Whether the part has its name already, and only what comes after that is missing: whoever wrote it was killed.
    var isFinished: Bool {
        guard let whole = Self.status(path), whole.st_mode & S_IFMT == S_IFREG else { return false }
        let noted = FileManager.default.contents(atPath: note).map { String(decoding: $0, as: UTF8.self) }
        if let part = Self.status(part) { return (part.st_dev, part.st_ino) == (whole.st_dev, whole.st_ino) }
        return noted == Self.number(whole)
    }

    private static func number(_ status: stat) -> String { "\(status.st_dev) \(status.st_ino) \(status.st_size)" }

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
    /// - Throws: `HomeError.notWritten`, also when there is something by now; `FileError`.
    func publish() throws {
        if let status = Self.status(part) {
            try FileWriting.write(Array(Self.number(status).utf8), to: note, permissions: 0o600)
        }
        guard FileWriting.name(part, path) else { throw HomeError.notWritten(path, reason: SystemError("link").reason) }
    }

    /// Whether an archive is there, and what is left beside it is not enough to complete it: its export was done, and whoever
    /// made it was killed while tidying up.
    var isTidiedInPart: Bool {
        guard let whole = Self.status(path), whole.st_mode & S_IFMT == S_IFREG else { return false }
        return Self.status(part) == nil && Self.status(note) == nil && Self.status(state) != nil
    }

    /// Removes what an export left that was killed when its archive was done.
    func tidy() { if isFinished || isTidiedInPart { clear() } }

    /// Removes what only an unfinished archive needs, the note first: without it, all was done.
    func clear() {
        unlink(part)
        unlink(note)
        try? FileManager.default.removeItem(atPath: state)
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }
}
