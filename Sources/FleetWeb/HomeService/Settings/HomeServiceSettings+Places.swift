import FleetTools

extension HomeServiceSettings {
    /// Whoever has a user name like the folder of keys, or of everybody's archives, would get it as their home.
    ///
    /// - Throws: `HomeServiceError.badFolder` when a folder of the service lies among the homes, or they in it.
    func checkPlaces() throws {
        let homes = RealPath.of(homes)
        for (option, folder) in [("--state", state), ("--exports", exports)] {
            guard let folder else { continue }
            let own = RealPath.of(folder)
            let name = "\(option) \(folder)"
            if RealPath.isIn(own, homes) {
                throw HomeServiceError.badFolder(
                    name,
                    "it is inside the folder of homes, \(self.homes), so users could download it; "
                        + "name a folder elsewhere")
            }
            if RealPath.isIn(homes, own) {
                throw HomeServiceError.badFolder(
                    name, "the folder of homes, \(self.homes), is inside it; name a folder of its own")
            }
        }
    }
}
