// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that what only measures Ghost is no part of Ghost's manifest.
let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Named, because the folder above may be called anything.
        .package(name: "ghost", path: "..")
    ],
    targets: [
        .target(name: "CAllocationCount"),
        .executableTarget(name: "born"),
        .executableTarget(name: "floor"),
        .executableTarget(
            name: "fold",
            dependencies: [
                "CAllocationCount",
                .product(name: "GhostLogs", package: "ghost"),
                .product(name: "GhostModel", package: "ghost"),
            ]
        ),
        .executableTarget(
            name: "parse",
            dependencies: [
                "CAllocationCount",
                .product(name: "GhostLogs", package: "ghost"),
                .product(name: "GhostModel", package: "ghost"),
            ]
        ),
        .executableTarget(
            name: "rules",
            dependencies: [
                "CAllocationCount",
                .product(name: "GhostDaemon", package: "ghost"),
                .product(name: "GhostLogs", package: "ghost"),
                .product(name: "GhostModel", package: "ghost"),
            ]
        ),
        .executableTarget(
            name: "idle",
            dependencies: [
                .product(name: "GhostLogs", package: "ghost"),
                .product(name: "GhostModel", package: "ghost"),
                .product(name: "GhostStore", package: "ghost"),
                .product(name: "GhostSystem", package: "ghost"),
            ]
        ),
        .executableTarget(
            name: "readback",
            dependencies: [
                .product(name: "GhostLogs", package: "ghost"),
                .product(name: "GhostModel", package: "ghost"),
            ]
        ),
        .executableTarget(
            name: "latency",
            dependencies: [
                .product(name: "GhostDaemon", package: "ghost"),
                .product(name: "GhostLogs", package: "ghost"),
                .product(name: "GhostModel", package: "ghost"),
                .product(name: "GhostStore", package: "ghost"),
                .product(name: "GhostSystem", package: "ghost"),
            ]
        ),
        .executableTarget(
            name: "restart",
            dependencies: [
                .product(name: "GhostLogs", package: "ghost"),
                .product(name: "GhostModel", package: "ghost"),
                .product(name: "GhostStore", package: "ghost"),
                .product(name: "GhostSystem", package: "ghost"),
            ]
        ),
    ]
)

for target in package.targets where !["CAllocationCount", "born"].contains(target.name) {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
