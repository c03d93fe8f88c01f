import FleetTools
import Homes

/// The folders between the homes of which an export makes no archive, with the reasons.
struct LeftOutHomes {
    private let folders: HomeFolders

    init(_ folders: HomeFolders) { self.folders = folders }

    func tell(_ output: any Output) {
        for name in folders.shared.map(ByteText.readable) { output.message("\(name): shared, so it is nobody's home") }
        for name in folders.links.map(ByteText.readable) {
            output.message("\(name): a link to a folder, so it was left out; name where it leads with --from")
        }
        for name in folders.namesThatAreNoText.map(ByteText.readable) {
            output.message("\(name): its name is not UTF-8, so it was left out; rename it")
        }
    }
}
