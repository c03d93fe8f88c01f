import Foundation

extension HomeServiceSettings {
    /// Whoever has a user name like the folder of keys, or of everybody's archives, would get it as their home.
    ///
    /// - Throws: `HomeServiceError.badFolder` when a folder of the service lies among the homes, or they in it.
    func checkPlaces() throws {
        let homes = Self.realPath(homes)
        for (option, folder) in [("--state", state), ("--exports", exports)] {
            guard let folder else { continue }
            let own = Self.realPath(folder)
            let name = "\(option) \(folder)"
            if own.starts(with: homes) {
                throw HomeServiceError.badFolder(
                    name,
                    "it is inside the folder of homes, \(self.homes), so users could download it; "
                        + "name a folder elsewhere")
            }
            if homes.starts(with: own) {
                throw HomeServiceError.badFolder(
                    name, "the folder of homes, \(self.homes), is inside it; name a folder of its own")
            }
        }
    }

    /// The names on the way to a folder without any links, also of one that is not there yet.
    private static func realPath(_ path: String) -> [String] {
        var real: [String] = []
        for name in path.split(separator: "/") where name != "." {
            if name == ".." {
                real = real.dropLast()
                continue
            }
            real.append(String(name))
            guard let found = realpath("/" + real.joined(separator: "/"), nil) else { continue }
            real = String(cString: found).split(separator: "/").map(String.init)
            free(found)
        }
        return real
    }
}
