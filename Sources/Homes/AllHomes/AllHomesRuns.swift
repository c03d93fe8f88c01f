import FleetTools
import Foundation
import Texts

/// The folder of all runs of the export of all homes: a folder with the archives of each, and a file beside it that says how
/// far it is.
package struct AllHomesRuns: Sendable {
    private let folder: String

    /// - Parameter folder: which is there.
    package init(_ folder: String) { self.folder = folder }

    /// The folder of a run's archives.
    package func archives(of run: AllHomesRun) -> String { "\(folder)/\(run.name)" }

    /// The run that was begun last; nil when there is none.
    package var newest: AllHomesRun? {
        // By their names without the ending, which would stand behind "-2".
        guard
            let name = (try? FileManager.default.contentsOfDirectory(atPath: folder))?
                .compactMap({ $0.exact.without(suffix: ".json") }).max(),
            let data = FileManager.default.contents(atPath: "\(folder)/\(name).json")
        else { return nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try? decoder.decode(AllHomesRun.self, from: data)
    }

    /// The run that is to be run next: what the last one did not do, or a new one.
    ///
    /// - Parameters:
    ///   - anew: whether to begin a run with all homes, whatever was done before.
    ///   - administrator: who asks.
    ///   - homes: the folder of the homes.
    ///   - users: names of users by the folders of their homes.
    ///   - time: when that is.
    /// - Returns: the run, whose folder is made; nil when the last one did all.
    /// - Throws: `HomeError`, `FileError`.
    package func next(
        anew: Bool, by administrator: ExactText, homes: String, users: [ExactText: ExactText], at time: Date
    ) throws -> AllHomesRun? {
        let run: AllHomesRun
        if !anew, let last = newest {
            guard last.isOpen else { return nil }
            run = last.continued
        } else {
            let names = try HomeFolders(homes).users.map { String(decoding: $0, as: UTF8.self).exact }
            run = AllHomesRun(
                name: freeName(at: time), by: administrator,
                homes: names.map { AllHomesRun.Home(folder: $0, user: users[$0] ?? $0) })
        }
        try FileWriting.makeFolder(archives(of: run), permissions: 0o700)
        try save(run)
        return run
    }

    /// Writes how far a run is.
    ///
    /// - Throws: `FileError`.
    package func save(_ run: AllHomesRun) throws {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        try FileWriting.write(Array(try encoder.encode(run)), to: archives(of: run) + ".json")
    }

    private func freeName(at time: Date) -> String {
        let name = time.formatted(
            .iso8601.year().month().day().time(includingFractionalSeconds: false).timeSeparator(.omitted))
        // Another one may have been begun within the same second.
        let names = (1...).lazy.map { $0 == 1 ? name : "\(name)-\($0)" }
        return names.first { !FileManager.default.fileExists(atPath: "\(folder)/\($0)") } ?? name
    }
}
