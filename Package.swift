// swift-tools-version: 6.2
// The targets and their arrows are explained in docs/design.md; scripts/check enforces who may import what.

import PackageDescription

/// One list for every target: Swift 6 mode, explicit existentials, each file imports what it uses, no warnings.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")

let package = Package(
    name: "hubfleet",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "hubfleet", targets: ["hubfleet"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.18.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .executableTarget(name: "hubfleet", dependencies: ["FleetCommands", argumentParser], swiftSettings: settings),
        .target(
            name: "FleetCommands",
            dependencies: [
                "FleetWeb", "Rollout", "Engines", "Homes", "Provisioning", "Releases", "Receipts", "FleetTools",
                "FleetModel", "Texts",
                argumentParser, logging,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "FleetWeb",
            dependencies: [
                "Homes", "Receipts", "FleetTools", "Texts", "CMemory", hummingbird, hummingbirdCore, mustache, crypto,
                logging,
                nioCore, serviceLifecycle,
            ],
            exclude: ["Embedded"],
            swiftSettings: settings,
            plugins: ["EmbedFiles"]
        ),
        .target(
            name: "Homes", dependencies: ["Receipts", "FleetTools", "Texts", "CChecksums", "CDisk", "CZlib", crypto],
            swiftSettings: settings
        ),
        .target(
            name: "Provisioning", dependencies: ["BuiltIn", "Releases", "FleetTools", "FleetModel", "Texts"],
            swiftSettings: settings
        ),
        .target(
            name: "Rollout",
            dependencies: ["Engines", "Releases", "FleetTools", "FleetModel", "Texts"],
            exclude: ["Embedded"],
            swiftSettings: settings,
            plugins: ["EmbedFiles"]
        ),
        .target(
            name: "Engines",
            dependencies: ["Releases", "FleetTools", "FleetModel", "Texts", crypto, logging],
            exclude: ["Local/Embedded"],
            swiftSettings: settings,
            plugins: ["EmbedFiles"]
        ),
        .target(name: "Receipts", dependencies: ["Texts", crypto], swiftSettings: settings),
        .target(
            name: "Releases", dependencies: ["FleetTools", "FleetModel", "Texts", "CZlib", crypto],
            exclude: ["Inspection/Embedded"],
            swiftSettings: settings,
            plugins: ["EmbedFiles"]
        ),
        .target(
            name: "BuiltIn",
            exclude: ["Embedded"],
            swiftSettings: settings,
            plugins: ["EmbedFiles"]
        ),
        .target(
            name: "FleetTools",
            dependencies: [
                "FleetModel", "Texts", asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL, nioWebSocket, logging,
                subprocess, systemPackage, unixSignals,
            ],
            swiftSettings: settings
        ),
        .target(
            name: "FleetModel",
            dependencies: ["Texts", .product(name: "Yams", package: "Yams"), orderedCollections, crypto],
            exclude: ["Embedded"],
            swiftSettings: settings,
            plugins: ["EmbedFiles"]
        ),
        .target(
            name: "FleetTesting",
            dependencies: ["FleetTools", "FleetModel", "Texts", logging],
            swiftSettings: settings
        ),
        .target(name: "Texts", swiftSettings: settings),

        .target(name: "CChecksums"),
        .target(name: "CDisk"),
        .target(name: "CMemory"),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // Files that are compiled into the program, so that one file is all there is to install.
        .executableTarget(name: "embed-files", swiftSettings: settings),
        .plugin(name: "EmbedFiles", capability: .buildTool(), dependencies: ["embed-files"]),

        .testTarget(name: "TextsTests", dependencies: ["Texts", "FleetTesting"], swiftSettings: settings),
        .testTarget(
            name: "FleetModelTests", dependencies: ["FleetModel", "FleetTesting", "Texts"], swiftSettings: settings),
        .testTarget(
            name: "FleetToolsTests",
            dependencies: ["FleetTools", "FleetTesting", "Texts", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ReleasesTests",
            dependencies: ["Releases", "FleetTools", "FleetModel", "FleetTesting", "Texts", logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "RolloutTests",
            dependencies: ["Rollout", "Engines", "Releases", "FleetTools", "FleetModel", "FleetTesting", "Texts"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "EnginesTests",
            dependencies: ["Engines", "FleetTools", "FleetTesting", "Texts", logging],
            exclude: ["Local/Golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "HomesTests",
            dependencies: [
                "Homes", "Receipts", "CChecksums", "CZlib", "FleetTools", "FleetTesting", "Texts", crypto,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ReceiptsTests", dependencies: ["Receipts", "FleetTesting", "Texts", crypto], swiftSettings: settings),
        .testTarget(
            name: "FleetWebTests",
            dependencies: [
                "FleetWeb", "Homes", "Receipts", "FleetTools", "FleetTesting", "Texts", hummingbird, asyncHTTPClient,
                crypto,
                logging, nioCore, nioEmbedded, nioHTTP1, serviceLifecycle,
            ],
            exclude: ["HomeService/Administration/Golden", "HomeService/Pages/Golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ProvisioningTests",
            dependencies: ["Provisioning", "BuiltIn", "Releases", "FleetTools", "FleetTesting", "Texts"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "FleetCommandsTests",
            dependencies: ["FleetCommands", "Rollout", "Homes", "Receipts", "FleetTesting", "Texts", argumentParser],
            exclude: ["Golden", "Rollout/Golden"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "hubfleet", "Rollout", "Engines", "Releases", "FleetTools", "FleetModel", "FleetTesting", "Texts",
                logging,
            ],
            exclude: ["Clients"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
