/// The running of the hub itself: its database, and how often it is there.
package struct OperationFacts: Sendable {
    /// The kind of the hub's database, such as `sqlite-pvc`.
    package let database: Setting<String>
    /// The number of hubs that are to run.
    package let replicas: Setting<Int>

    init(_ hub: Value?) {
        database = Setting(hub?["db", "type"], path: ["hub", "db", "type"])
        replicas = Setting(hub?["replicas"], path: ["hub", "replicas"])
    }
}
