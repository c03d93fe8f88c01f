/// The reason why a command cannot be carried out as it was given, found out by looking at what is there; unlike a
/// `ValidationError`, it is not followed by how the command is used.
enum Refusal: Error, Equatable, CustomStringConvertible {
    case ownerNeedsRoot
    case noFolderName(String)
    /// Archives would lie between the homes.
    case amongHomes(String, homes: String)
    case mapNeedsFolder
    case unreadable(String)
    case unreadableMap(String)
    case keyNeedsReceipt
    case receiptOfFolder

    var description: String {
        switch self {
        case .ownerNeedsRoot: "only root can give files away; leave out --owner"
        case .noFolderName(let name): "\"\(name)\" is no name of a folder"
        case .amongHomes(let place, let homes): "\(place) would be among the homes of \(homes); name a folder elsewhere"
        case .mapNeedsFolder: "--user-map is for a folder of archives"
        case .unreadable(let path): "\(path) cannot be read"
        case .unreadableMap(let path): "\(path) cannot be read; name a file with lines of old,new"
        case .keyNeedsReceipt: "--public-key needs --receipt"
        case .receiptOfFolder:
            "--receipt is for one archive; those beside the archives of a folder are read anyway"
        }
    }
}
