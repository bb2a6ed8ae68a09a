// swift-tools-version: 6.2
import PackageDescription

// A package of its own, because libFuzzer brings its own main and its own flags. Built for debugging, so that the fuzzer
// sees what the product keeps to itself: scripts/fuzz.
let package = Package(
    name: "ghost-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "ghost", path: "..")],
    targets: [
        .executableTarget(
            name: "FuzzFolds",
            dependencies: [
                .product(name: "GhostLogs", package: "ghost"),
                .product(name: "GhostModel", package: "ghost"),
            ],
            swiftSettings: [.unsafeFlags(["-parse-as-library", "-sanitize=fuzzer"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
        ),
        .executableTarget(
            name: "FuzzPatterns",
            dependencies: [.product(name: "GhostPatterns", package: "ghost")],
            swiftSettings: [.unsafeFlags(["-parse-as-library", "-sanitize=fuzzer"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
        ),
        .executableTarget(
            name: "FuzzFormats",
            dependencies: [
                .product(name: "GhostLogs", package: "ghost"),
                .product(name: "GhostModel", package: "ghost"),
            ],
            swiftSettings: [.unsafeFlags(["-parse-as-library", "-sanitize=fuzzer"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
        ),
        .executableTarget(
            name: "FuzzRules",
            dependencies: [
                .product(name: "GhostDaemon", package: "ghost"),
                .product(name: "GhostLogs", package: "ghost"),
                .product(name: "GhostModel", package: "ghost"),
                .product(name: "GhostSystem", package: "ghost"),
            ],
            swiftSettings: [.unsafeFlags(["-parse-as-library", "-sanitize=fuzzer"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]
        ),
    ]
)
