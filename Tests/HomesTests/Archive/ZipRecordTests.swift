import FleetTesting
import FleetTools
import Foundation
import Testing
import Texts

@testable import Homes

/// The limits of ZIP: what does not fit into 16 or 32 bits has records of 64 bits. Source: APPNOTE 4.4.1.4: a field that
/// is all ones says that its number stands elsewhere, so the largest number itself does not fit either.
@Suite(.tags(.small))
struct ZipRecordTests {
    private static let end = 22
    private static let endWith64Bits = 56 + 20 + 22
    private static let most = UInt64(UInt32.max)

    @Test(arguments: [
        (65_534, 0, 0, end), (65_535, 0, 0, endWith64Bits), (65_536, 0, 0, endWith64Bits),
        (1, most - 1, 0, end), (1, most, 0, endWith64Bits), (1, most + 1, 0, endWith64Bits),
        (1, 0, most - 1, end), (1, 0, most, endWith64Bits),
    ])
    func theEndHas64BitsFromTheFirstNumberThatDoesNotFit(count: Int, offset: UInt64, size: UInt64, length: Int) {
        let record = ZipRecord.end(count: count, offset: offset, size: size)
        #expect(record.count == length)
        let last = Array(record.suffix(Self.end))
        #expect(LittleEndianReader.u16(last, 10) == UInt16(clamping: count))
        #expect(LittleEndianReader.u32(last, 12) == UInt32(clamping: size))
        #expect(LittleEndianReader.u32(last, 16) == UInt32(clamping: offset))
        guard length > Self.end else { return }
        #expect(LittleEndianReader.u64(record, 32) == UInt64(count))
        #expect(LittleEndianReader.u64(record, 40) == size)
        #expect(LittleEndianReader.u64(record, 48) == offset)
    }

    private static let largest = most - most / 500 - 1

    @Test(arguments: [
        (0, false), (largest, false), (largest + 1, true), (most - 1, true), (most, true), (most + 1, true),
    ])
    func filesThatMayNotFitHave64Bits(size: UInt64, isLarge: Bool) throws {
        let member = ArchiveMember.manifest(length: size)
        #expect(ZipRecord.needsZip64(member) == isLarge)
        let local = ZipRecord.localHeader(member)
        let descriptor = ZipRecord.descriptor(member, crc: 7)
        #expect(LittleEndianReader.u32(local, 18) == (isLarge ? UInt32.max : UInt32(size)))
        #expect(descriptor.count == (isLarge ? 24 : 16))
        #expect(ZipRecord.length(member) == UInt64(local.count + descriptor.count) + size)
        for offset in [0, Self.most - 1, Self.most, Self.most + 1] {
            let central = ZipRecord.central(member, offset: offset, crc: 7)
            let isFar = offset >= Self.most
            #expect(ZipRecord.centralLength(member, offset: offset) == UInt64(central.count))
            #expect(LittleEndianReader.u32(central, 42) == (isFar ? UInt32.max : UInt32(offset)))
            if isFar { #expect(LittleEndianReader.u64(Array(central.suffix(8)), 0) == offset) }
        }
    }
}

/// An archive at the limit, opened by somebody else's program.
@Suite(.tags(.medium))
struct ZipLimitTests {
    @Test(.needs("python3"))
    func anArchiveOfExactlyTheLimitOpensElsewhere() async throws {
        let members = 65_535
        let folder = try TemporaryFolder().write(["home/0": ""])
        // The manifest, its guide and the home itself are three members.
        for number in 1..<members - 3 {
            if number.isMultiple(of: 1000) { await Task.yield() }
            try #require(symlink("0", "\(folder.path)/home/\(number)") == 0)
        }
        let archive = "\(folder.path)/out.zip"
        _ = try HomeExport(of: "\(folder.path)/home", owner: "ada", format: .zip).write(to: archive)
        let end = Array(try Data(contentsOf: URL(filePath: archive)).suffix(22))
        #expect(LittleEndianReader.u16(end, 10) == UInt16.max)
        let program = "import sys, zipfile; print(len(zipfile.ZipFile(sys.argv[1]).infolist()))"
        let output = try await RealThings.runner().check(Invocation("python3", ["-c", program, archive]))
        #expect(output.text == "\(members)\n")
    }
}
