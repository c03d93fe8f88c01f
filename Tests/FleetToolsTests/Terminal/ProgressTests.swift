import FleetTesting
import FleetTools
import Synchronization
import Testing
import Texts

@Suite(.tags(.small))
struct ProgressTests {
    /// What a terminal, or a log, gets to see.
    private final class Screen: Output {
        let isTerminal: Bool
        private let texts = Mutex<[String]>([])

        init(isTerminal: Bool) { self.isTerminal = isTerminal }

        var shown: [String] { texts.withLock { $0 } }
        func result(_ text: String) { texts.withLock { $0.append("result " + text) } }
        func message(_ text: String) { texts.withLock { $0.append("message " + text) } }
        func draw(_ text: String) { texts.withLock { $0.append(text) } }
    }

    /// Goes on as the test says.
    private final class Watch: Sendable {
        let now = Mutex<Duration>(.zero)
        func wait(_ time: Duration) { now.withLock { $0 += time } }
        func meter(_ screen: Screen, _ facts: ProgressFacts, columns: Int = 120) -> ProgressMeter {
            ProgressMeter(output: screen, facts, elapsed: { self.now.withLock { $0 } }, columns: { columns })
        }
    }

    @Test(arguments: [
        (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (10_189, "10 KiB"), (10_240, "10 KiB"),
        (1_048_063, "1023 KiB"), (1_048_575, "1.0 MiB"), (5_000_000_000, "4.7 GiB"), (Int64.max, "8.0 EiB"),
        (-2048, "-2.0 KiB"), (Int64.min, "-8.0 EiB"),
    ])
    func amountsHaveTwoOrThreeDigits(_ bytes: Int64, _ text: String) {
        #expect(ByteAmount.text(bytes) == text)
    }

    private var half: ProgressFacts {
        var facts = ProgressFacts(title: "Copying ada", totalBytes: 4 << 30, totalFiles: 900)
        facts.bytes = 2 << 30
        facts.files = 400
        facts.rate = 20 * 1_048_576
        return facts
    }

    @Test func aLineSaysEverything() {
        #expect(half.line == "Copying ada: 50 %, 2.0 GiB of 4.0 GiB, 400 of 900 files, 20 MiB/s, 1:43 left")
        #expect(ProgressFacts(title: "Reading").line == "Reading")
        var unknown = ProgressFacts(title: "Reading")
        unknown.bytes = 5
        unknown.files = 1
        #expect(unknown.line == "Reading: 5 B, 1 files")
    }

    @Test func aBarFitsItsTerminal() {
        let whole =
            "Copying ada  [##########..........]  50 %  2.0 GiB of 4.0 GiB  400 of 900 files  20 MiB/s  1:43 left"
        #expect(half.bar(columns: 120) == whole)
        #expect(half.bar(columns: whole.count + 1) == whole)
        #expect(half.bar(columns: 80).contains("files") == false)
        #expect(half.bar(columns: 50) == "Copying ada  50 %  2.0 GiB of 4.0 GiB  1:43 left")
        #expect(half.bar(columns: 19) == "Copying ada  50 %")
        #expect(half.bar(columns: 8) == "Copying")
        for columns in 0...130 { #expect(half.bar(columns: columns).count <= max(0, columns - 1)) }
    }

    @Test(
        arguments: [
            (10, 10, nil), (0, 10, 10), (0, 3600, 3600), (20, 10, nil),
        ] as [(Int64, Int64, Int64?)])
    func theTimeLeftFollowsFromTheRate(_ done: Int64, _ total: Int64, _ seconds: Int64?) {
        var facts = ProgressFacts(title: "", totalBytes: total)
        facts.bytes = done
        #expect(facts.secondsLeft == nil)
        facts.rate = 1
        #expect(facts.secondsLeft == seconds)
        #expect((facts.share ?? -1) <= 1)
    }

    @Test func aTerminalIsDrawnAtMostTenTimesASecond() {
        let (screen, watch) = (Screen(isTerminal: true), Watch())
        let meter = watch.meter(screen, ProgressFacts(title: "Copying", totalBytes: 1000))
        for _ in 0..<1000 {
            watch.wait(.milliseconds(1))
            meter.add(bytes: 1)
        }
        #expect(screen.shown.count == 10)
        #expect(
            screen.shown.last == "\r\u{1B}[KCopying  [####################]  100 %  1000 B of 1000 B  1000 B/s")
        meter.message("ada: done")
        meter.finish()
        #expect(Array(screen.shown.suffix(2)) == ["\r\u{1B}[K", "message ada: done"])
    }

    @Test func aLogGetsALineInTenSeconds() {
        let (screen, watch) = (Screen(isTerminal: false), Watch())
        let meter = watch.meter(screen, ProgressFacts(title: "Copying", totalBytes: 100, totalFiles: 50))
        for _ in 0..<50 {
            watch.wait(.milliseconds(500))
            meter.add(bytes: 2, files: 1)
        }
        meter.finish()
        #expect(
            screen.shown == [
                "message Copying: 40 %, 40 B of 100 B, 20 of 50 files, 4 B/s, 0:15 left",
                "message Copying: 80 %, 80 B of 100 B, 40 of 50 files, 4 B/s, 0:05 left",
            ])
    }

    @Test func whatWasThereAlreadyMakesNothingFaster() {
        let (screen, watch) = (Screen(isTerminal: false), Watch())
        let meter = watch.meter(screen, ProgressFacts(title: "Copying", totalBytes: 1000))
        meter.skip(bytes: 500)
        watch.wait(.seconds(10))
        meter.add(bytes: 100)
        #expect(meter.facts.rate == 10)
        #expect(meter.facts.bytes == 600)
        #expect(meter.facts.secondsLeft == 40)
    }

    /// A stream that stalls says so, and does not live on its first minute.
    @Test func theRateIsThatOfTheLastSeconds() {
        let (screen, watch) = (Screen(isTerminal: true), Watch())
        let meter = watch.meter(screen, ProgressFacts(title: "Copying", totalBytes: 1 << 20))
        meter.add(bytes: 100_000)
        for _ in 0..<60 {
            watch.wait(.seconds(1))
            meter.add(bytes: 10)
        }
        #expect(meter.facts.rate == 10)
    }
}
