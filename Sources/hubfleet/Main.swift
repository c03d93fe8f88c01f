import ArgumentParser
import FleetCommands

@main
struct Main {
    static func main() async { await HubfleetCommand.start() }
}
