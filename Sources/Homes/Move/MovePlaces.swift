import FleetTools
import Foundation

/// Both sides of a move and its state, as the system sees them: nothing may be written into the source, whatever links
/// lead there.
struct MovePlaces {
    let source: String
    let target: String
    private let settings: MoveSettings

    init(_ settings: MoveSettings) {
        self.settings = settings
        source = RealPath.of(settings.from)
        target = RealPath.of(settings.to)
    }

    /// - Throws: `MoveError` when one place lies where another must not be.
    func check() throws {
        for (path, option) in [(settings.from, "--from"), (settings.to, "--to")] {
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw MoveError("\(option) \(path) is no folder that is there; mount it, make it, or name another one")
            }
        }
        let (from, to) = (shown(settings.from, source), shown(settings.to, target))
        if source == target || isSameFolder {
            throw MoveError("\(from) and \(to) are the same folder; name two places")
        }
        if RealPath.isIn(target, source) || RealPath.isIn(source, target) {
            throw MoveError("\(from) and \(to) lie within each other; name two places")
        }
        try checkState()
        if let receipt = settings.receipt, RealPath.isIn(RealPath.of(receipt), source) {
            throw MoveError(
                "\(receipt) is on the old side, which is never written to; name a file elsewhere with --receipt")
        }
    }

    private func checkState() throws {
        for path in [settings.stateFolder, settings.stateFolder + "/homes"] {
            let real = RealPath.of(path)
            if RealPath.isIn(real, source) {
                throw MoveError(
                    "\(shown(path, real)) is on the old side, which is never written to; name a folder elsewhere with "
                        + "--state")
            }
            // Hidden folders are nobody's homes.
            if RealPath.isIn(real, target), !real.dropFirst(target.count).hasPrefix("/.") {
                throw MoveError(
                    "\(shown(path, real)) is among the homes of the new side; leave out --state, or name a folder "
                        + "elsewhere")
            }
        }
    }

    private var isSameFolder: Bool {
        var (one, other) = (stat(), stat())
        return stat(source, &one) == 0 && stat(target, &other) == 0 && one.st_ino == other.st_ino
            && one.st_dev == other.st_dev
    }

    private func shown(_ path: String, _ real: String) -> String { path == real ? path : "\(path), which is \(real)," }
}
