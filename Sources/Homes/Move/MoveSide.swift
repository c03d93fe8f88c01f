import Foundation

/// One side of a move: the folder of the homes, and the home in it.
struct MoveSide {
    let chain: FolderChain
    /// The name of the home's folder.
    let home: [UInt8]

    /// - Parameters:
    ///   - homes: the path of the folder of the homes.
    ///   - home: the name of the home's folder.
    /// - Throws: `HomeError.notAFolder`.
    init(_ homes: String, home: [UInt8]) throws {
        chain = try FolderChain(homes)
        self.home = home
    }

    /// A path of the home, seen from the folder of the homes.
    func path(_ path: [UInt8]) -> [UInt8] { path.isEmpty ? home : home + [0x2F] + path }

    /// The facts about what is at a path of the home, without following a link.
    func facts(of path: [UInt8]) throws(SystemError) -> FileFacts { FileFacts(try chain.status(of: self.path(path))) }

    /// The descriptor of a folder of the home.
    func folder(_ path: [UInt8]) throws(SystemError) -> Int32 { try chain.folder(self.path(path)[...]) }

    /// The descriptor of the folder that holds a path of the home, and the name there.
    func parent(of path: [UInt8]) throws(SystemError) -> (folder: Int32, name: ArraySlice<UInt8>) {
        let (parent, name) = FolderChain.split(self.path(path))
        return (try chain.folder(parent), name)
    }

    /// A new descriptor of what is at a path of the home, to read it.
    func open(_ path: [UInt8]) throws(SystemError) -> Int32 {
        try chain.open(self.path(path), flags: O_RDONLY | O_NONBLOCK)
    }

    /// The place where a link of the home leads.
    func linkTarget(of path: [UInt8]) throws(SystemError) -> [UInt8] {
        let (folder, name) = try parent(of: path)
        return try SymbolicLink.target(of: name, in: folder)
    }
}
