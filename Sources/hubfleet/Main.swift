import ArgumentParser
import FleetCommands

@main
struct Main {
    static func main() { HubfleetCommand.start() }
}
