import FleetTesting
import FleetTools
import Foundation

@testable import Homes

/// A folder with an old and a new side.
protocol MoveBed {
    var folder: TemporaryFolder { get }
}

extension MoveBed {
    var old: String { folder.path + "/old" }
    var new: String { folder.path + "/new" }
    var files: FileManager { .default }

    @discardableResult
    func move(_ change: (inout MoveSettings) -> Void = { _ in }) async throws -> MoveResult {
        var settings = MoveSettings(from: old, to: new, as: .current)
        change(&settings)
        return try await MoveRun(settings).run()
    }
}
