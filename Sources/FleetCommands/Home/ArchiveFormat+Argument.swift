import ArgumentParser
import Homes

/// The form of an archive, as an option names it.
extension ArchiveFormat: ExpressibleByArgument {}
