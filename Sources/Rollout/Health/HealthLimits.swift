/// How long the stages of a check may take.
package struct HealthLimits: Sendable, Equatable {
    /// Until the user's server is ready.
    package var start = Duration.seconds(300)
    /// What is added while a node comes for it.
    package var node = Duration.seconds(600)
    /// How long something hopeless is waited for, should it get better.
    package var patience = Duration.seconds(45)
    /// How long a hub that just does not answer may stay so, as while it starts anew.
    package var blip = Duration.seconds(10)
    /// Until the route to a server that is ready works.
    package var route = Duration.seconds(30)
    /// For the first answer of a kernel, and for each cell.
    package var answer = Duration.seconds(60)
    /// How long the server must stay after the kernel answered.
    package var hold = Duration.seconds(10)
    /// Until a server that was told to stop is gone.
    package var stop = Duration.seconds(60)

    package init() {}
}
