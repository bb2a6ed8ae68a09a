// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "ghost",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "ghost", targets: ["ghost"]),
        .executable(name: "ghost-keeper", targets: ["ghost-keeper"]),
        .library(name: "GhostClient", targets: ["GhostClient"]),
        .library(name: "GhostModel", targets: ["GhostModel"]),
        // For the benchmarks and the fuzzers, which are packages of their own.
        .library(name: "GhostDaemon", targets: ["GhostDaemon"]),
        .library(name: "GhostLogs", targets: ["GhostLogs"]),
        .library(name: "GhostPatterns", targets: ["GhostPatterns"]),
        .library(name: "GhostStore", targets: ["GhostStore"]),
        .library(name: "GhostSystem", targets: ["GhostSystem"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // L0: the vocabulary. Pure values.
        .target(name: "GhostModel"),

        // L½: the operating system behind small types.
        .target(name: "CGhostSystem"),
        .target(name: "GhostSystem", dependencies: ["CGhostSystem", "GhostModel"]),

        // Byte patterns that cannot run away: file names, and what people search for and write rules with.
        .target(name: "GhostPatterns"),

        .target(
            name: "GhostStore",
            dependencies: [
                "GhostModel", "GhostSystem",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

        // L1: siblings that never import each other.
        .target(
            name: "GhostLogs",
            dependencies: [
                "CZlib", "GhostModel", "GhostPatterns", "GhostStore", "GhostSystem",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "GhostSupervision",
            dependencies: [
                "GhostModel", "GhostSystem",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "GhostChecks",
            dependencies: [
                "GhostModel", "GhostSystem",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "GhostTasks",
            dependencies: [
                "GhostModel", "GhostSystem",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "GhostServer",
            dependencies: [
                "CZlib", "GhostModel",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "GhostClient",
            dependencies: [
                "GhostModel",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]
        ),

        // L2: the composition root, the only place that knows everybody.
        .target(
            name: "GhostDaemon",
            dependencies: [
                "GhostModel", "GhostSystem", "GhostStore", "GhostPatterns", "GhostLogs", "GhostSupervision",
                "GhostChecks",
                "GhostTasks", "GhostServer",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ]
        ),

        // The keeper: plain C, because it must be small and outlive everything else.
        .executableTarget(name: "ghost-keeper", cSettings: [.define("_GNU_SOURCE", .when(platforms: [.linux]))]),

        // L3: the command line.
        .executableTarget(
            name: "ghost",
            dependencies: [
                "GhostModel", "GhostSystem", "GhostPatterns", "GhostLogs", "GhostClient", "GhostDaemon",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ]
        ),

        .target(name: "GhostTestSupport", path: "Tests/GhostTestSupport"),
        .testTarget(name: "GhostModelTests", dependencies: ["GhostModel", "GhostTestSupport"]),
        .testTarget(name: "GhostSystemTests", dependencies: ["GhostSystem", "GhostTestSupport"]),
        .testTarget(name: "GhostPatternsTests", dependencies: ["GhostPatterns", "GhostTestSupport"]),
        .testTarget(
            name: "GhostStoreTests",
            dependencies: [
                "GhostStore", "GhostModel", "GhostTestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        .testTarget(
            name: "GhostLogsTests",
            dependencies: [
                "GhostLogs", "GhostModel", "GhostPatterns", "GhostStore", "GhostSystem", "GhostTestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            exclude: ["Fixtures"]
        ),
        .testTarget(
            name: "GhostSupervisionTests",
            dependencies: [
                "GhostSupervision", "GhostModel", "GhostSystem", "GhostTestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "GhostChecksTests",
            dependencies: [
                "GhostChecks", "GhostModel", "GhostTestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .testTarget(
            name: "GhostTasksTests",
            dependencies: [
                "GhostTasks", "GhostModel", "GhostTestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .testTarget(
            name: "GhostServerTests",
            dependencies: [
                "GhostServer", "GhostModel", "GhostTestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .testTarget(name: "GhostClientTests", dependencies: ["GhostClient", "GhostModel", "GhostTestSupport"]),
        .testTarget(
            name: "GhostDaemonTests",
            dependencies: [
                "GhostDaemon", "GhostLogs", "GhostModel", "GhostPatterns", "GhostStore", "GhostSupervision",
                "GhostSystem", "GhostTestSupport",
                .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["ghost", "GhostClient", "GhostModel", "GhostSystem", "GhostTestSupport"]
        ),
    ]
)

for target in package.targets where !target.name.hasPrefix("C") && target.name != "ghost-keeper" {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
