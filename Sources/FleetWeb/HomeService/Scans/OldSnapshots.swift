import Foundation
import Texts

/// Scans of users who did not come back: nobody would ask for them, and they would fill the disk.
enum OldSnapshots {
    /// Removes them.
    ///
    /// - Parameters:
    ///   - homes: where the service keeps what it knows of users.
    ///   - known: names of folders in it that are looked after already.
    ///   - date: what was scanned before it goes.
    static func remove(in homes: String, except known: Set<ExactText>, before date: Date) {
        let files = FileManager.default
        for user in (try? files.contentsOfDirectory(atPath: homes)) ?? [] where !known.contains(user.exact) {
            let snapshots = "\(homes)/\(user)/snapshots"
            for name in (try? files.contentsOfDirectory(atPath: snapshots)) ?? [] {
                let folder = "\(snapshots)/\(name)"
                // One that was never finished has no such file.
                let scanned = (try? files.attributesOfItem(atPath: folder + "/snapshot.json"))?[.modificationDate]
                if (scanned as? Date ?? .distantPast) < date { try? files.removeItem(atPath: folder) }
            }
        }
    }
}
