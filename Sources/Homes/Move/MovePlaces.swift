import FleetTools
import Foundation
import Texts

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
                throw MoveError.noFolder(path, option: option)
            }
        }
        let (from, to) = (shown(settings.from, source), shown(settings.to, target))
        if source.exact == target.exact || isSameFolder {
            throw MoveError.sameFolder(from, to)
        }
        if RealPath.isIn(target, source) || RealPath.isIn(source, target) {
            throw MoveError.withinEachOther(from, to)
        }
        try checkState()
        if let receipt = settings.receipt, RealPath.isIn(RealPath.of(receipt), source) {
            throw MoveError.receiptOnOldSide(receipt)
        }
    }

    private func checkState() throws {
        for path in [settings.stateFolder, settings.stateFolder + "/homes"] {
            let real = RealPath.of(path)
            if RealPath.isIn(real, source) {
                throw MoveError.stateOnOldSide(shown(path, real))
            }
            // Hidden folders are nobody's homes.
            if RealPath.isIn(real, target), !(real.exact.without(prefix: target.exact)?.hasPrefix("/.") ?? false) {
                throw MoveError.stateAmongHomes(shown(path, real))
            }
        }
    }

    private var isSameFolder: Bool {
        var (one, other) = (stat(), stat())
        return stat(source, &one) == 0 && stat(target, &other) == 0 && one.st_ino == other.st_ino
            && one.st_dev == other.st_dev
    }

    private func shown(_ path: String, _ real: String) -> String {
        path.exact == real.exact ? path : "\(path), which is \(real),"
    }
}
