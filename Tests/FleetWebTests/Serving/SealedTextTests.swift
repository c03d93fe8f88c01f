import FleetTesting
import Foundation
import Testing

@testable import FleetWeb

@Suite(.tags(.medium))
struct SealedTextTests {
    private let folder: TemporaryFolder
    private let sealed: SealedText

    init() throws {
        folder = try TemporaryFolder()
        sealed = try SealedText(keyFile: folder.path + "/key")
    }

    @Test(arguments: ["", "a", "tökén", String(repeating: "x", count: 4_000)])
    func opensWhatItSealed(_ text: String) throws {
        let box = try sealed.seal(text, purpose: "token")
        #expect(sealed.open(box, purpose: "token") == text)
        #expect(box.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        #expect(try sealed.seal(text, purpose: "token") != box, "nobody sees that two texts are the same")
    }

    @Test func opensNothingThatWasForged() throws {
        let box = try sealed.seal("secret", purpose: "token")
        #expect(sealed.open(box, purpose: "login") == nil)
        #expect(sealed.open(box, purpose: "") == nil)
        // The last letter of base64 may hold bits that count for nothing.
        for place in box.indices.dropLast() {
            var forged = box
            forged.replaceSubrange(place...place, with: box[place] == "A" ? "B" : "A")
            #expect(sealed.open(forged, purpose: "token") == nil)
            #expect(sealed.open(String(box[..<place]), purpose: "token") == nil)
        }
        for text in ["", "=", "secret", "%%%", "ü", String(repeating: "A", count: 100_000)] {
            #expect(sealed.open(text, purpose: "token") == nil)
        }
    }

    @Test func theKeyLivesInItsFile() throws {
        let box = try sealed.seal("secret", purpose: "token")
        #expect(try SealedText(keyFile: folder.path + "/key").open(box, purpose: "token") == "secret")
        #expect(try SealedText(keyFile: folder.path + "/other").open(box, purpose: "token") == nil)
        let mode = try FileManager.default.attributesOfItem(atPath: folder.path + "/key")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }
}
