import FleetTools

extension HomeServiceSettings {
    /// Checks that the service's own folders lie apart from the homes: a user with a name like the folder of keys, or of
    /// everybody's archives, would get it as their home.
    ///
    /// - Throws: `HomeServiceError.folderInHomes`, `.homesInFolder`.
    func checkPlaces() throws {
        let homes = RealPath.of(homes)
        for (option, folder) in [("--state", state), ("--exports", exports)] {
            guard let folder else { continue }
            let own = RealPath.of(folder)
            if RealPath.isIn(own, homes) {
                throw HomeServiceError.folderInHomes(option: option, folder: folder, homes: self.homes)
            }
            if RealPath.isIn(homes, own) {
                throw HomeServiceError.homesInFolder(option: option, folder: folder, homes: self.homes)
            }
        }
    }
}
