extension HostileWay {
    /// The table of all ways.
    package static let all =
        files + charts + archives + jsonnets + templates + schemas + repositories + names + sizes
}
