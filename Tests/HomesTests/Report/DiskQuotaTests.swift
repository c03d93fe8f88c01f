import FleetTesting
import Testing

@testable import Homes

@Suite(.tags(.small))
struct DiskQuotaTests {
    @Test(
        arguments: [
            ("10", 10), ("10B", 10), ("1K", 1024), ("1k", 1024), ("10G", 10 << 30), ("10Gi", 10 << 30),
            ("10GiB", 10 << 30),
            ("10GB", 10_000_000_000), ("1.5T", 3 << 39), ("0.5KB", 500),
        ] as [(String, Int64)])
    func quotasAreSizes(_ text: String, _ bytes: Int64) {
        #expect(DiskQuota.bytes(text) == bytes)
    }

    @Test(arguments: [
        "", "G", "-1G", "0", "10 G", "10Gb", "10X", "1.2.3G", ".5G", "5.", "1e3", "9E", "inf", "10Gii", "٣G",
    ])
    func whatIsNoSizeIsRefused(_ text: String) {
        #expect(DiskQuota.bytes(text) == nil)
    }
}
