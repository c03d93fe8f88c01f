import FleetModel
import FleetTools
import Homes
import Texts

/// The progress of a verification on the terminal: the bar of one archive after another.
struct VerifyProgress {
    private let output: any Output
    /// Of the archive that is read now.
    private var meter: ProgressMeter?

    init(_ output: any Output) { self.output = output }

    /// Draws a step.
    mutating func show(_ event: VerifyEvent) {
        switch event {
        case .began(let archive, let bytes):
            finish()
            meter = ProgressMeter(
                output: output, ProgressFacts(title: "Checking \(archive)", totalBytes: bytes))
        case .read(let bytes): meter?.add(bytes: Int64(bytes))
        }
    }

    /// Takes the bar away.
    mutating func finish() {
        meter?.finish()
        meter = nil
    }
}

extension Output {
    /// Says which files of a folder of archives are passed over.
    func tellPassedOver(_ folder: ArchiveFolder) {
        for file in folder.others {
            message("\(file.printable): passed over; archives are called \(ArchiveFolder.names)")
        }
    }
}
