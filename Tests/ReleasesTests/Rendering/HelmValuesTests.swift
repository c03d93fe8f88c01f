import FleetModel
import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Releases

/// The values that helm is given.
@Suite(.tags(.medium))
struct HelmValuesTests {
    private func values(_ plain: String, _ sealed: String = "", locked: String? = nil) async throws -> HelmValues {
        let folder = try TemporaryFolder().write(["sealed.yaml": sealed])
        func layer(_ text: String, _ kind: Layer.Kind, hides: Bool) throws -> Layer {
            let root = YAMLReader.read(Array(text.utf8), file: "x", hidesScalars: hides).root
            return Layer(
                kind: kind, file: kind == .encrypted ? "sealed.yaml" : "plain.yaml",
                values: root ?? Value(.map(ValueMap()), at: SourceLocation(file: "x")),
                locked: hides ? locked : nil)
        }
        return await HelmValues(
            [try layer(plain, .file, hides: false), try layer(sealed, .encrypted, hides: true)],
            in: WorkingTree(folder.path))
    }

    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test func keepNullsAndWriteJSON() async throws {
        let values = try await values(
            "b: ~\na: {x: null, z: [1, 2.5, true, '1', \"\"]}\nc: \"a\\\"\\\\\\n\\u007f\\u2028é😀\"\n")
        #expect(
            text(values.real)
                == #"{"a":{"x":null,"z":[1,2.5,true,"1",""]},"b":null,"c":"a\"\\\u000a\u007f\u2028é😀"}"#)
        #expect(values.varied == nil)
        #expect(values.closed == [])
    }

    @Test func haveATwinWithOtherSecrets() async throws {
        let values = try await values(
            "a: plain\n", "b: canary-0001-Z9!\nc: 5\nd: true\ne: ''\nf: [z]\ng: '{\"k\": 1}'\n")
        #expect(
            text(values.real)
                == ##"{"a":"plain","b":"canary-0001-Z9!","c":5,"d":true,"e":"","f":["z"],"g":"{\"k\": 1}"}"##)
        #expect(
            text(values.varied)
                == ##"{"a":"plain","b":"dbobsz-1112-A0x","c":6,"d":false,"e":"","f":["a"],"g":"{\"l\": 2}"}"##)
        #expect(values.tells("name-canary-0001-Z9!"))
        #expect(values.tells(Data("hub:canary-0001-Z9!:x".utf8).base64EncodedString()))
        #expect(!values.tells("name"))
    }

    /// A secret that is shown beside what does not change must differ at both ends.
    @Test func otherSecretsDifferAtBothEnds() {
        var random = RandomRun.numbers(3)
        let signs = Array("aZ09!-_ {}[]é漢\u{301}".unicodeScalars)
        for _ in 0..<RandomRun.rounds(2_000) {
            let scalars = (0..<Int.random(in: 1...6, using: &random)).compactMap { _ in
                signs.randomElement(using: &random)
            }
            let text = scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
            guard case .string(let other) = OtherSecret.of(.string(text)) else {
                Issue.record("no text")
                continue
            }
            #expect(other.exact != text.exact, "\(text.debugDescription)")
            for (one, two) in zip(text.unicodeScalars, other.unicodeScalars)
            where one.properties.isAlphabetic && text.unicodeScalars.count == other.unicodeScalars.count {
                #expect(one != two, "\(text.debugDescription)")
            }
        }
    }

    @Test func standForWhatIsClosed() async throws {
        func sealed(_ data: String, _ type: String) -> String {
            "k: ENC[AES256_GCM,data:\(data),iv:i,tag:t,type:\(type)]\n"
        }
        let one = try await values("a: 1\n", sealed("x", "str"), locked: "no key")
        let same = try await values("a: 1\n", sealed("x", "str"), locked: "no key")
        let other = try await values("a: 1\n", sealed("y", "str"), locked: "no key")
        #expect(one.closed == ["sealed.yaml"])
        #expect(one.real == same.real)
        #expect(one.real != other.real)
        #expect(text(one.real)?.contains("ENC[") == false)
        #expect(text(try await values("", sealed("x", "bool"), locked: "no key").real) == #"{"k":true}"#)
        let number = text(try await values("", sealed("x", "int"), locked: "no key").real)
        #expect(number?.contains(/"k":[0-9]+}/) == true)
    }
}
