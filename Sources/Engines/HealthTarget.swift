/// Where a hub is asked whether it is well.
package struct HealthTarget: Sendable, Equatable, Codable {
    /// Its API, such as `http://127.0.0.1:8000/hub/api`.
    package let address: String

    package init(address: String) {
        self.address = address
    }
}
