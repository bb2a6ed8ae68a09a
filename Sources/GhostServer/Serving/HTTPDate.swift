import GhostModel
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The `Date` header, written once a second.
final class HTTPDate: Sendable {
    private let cache = Mutex<(second: Int64, text: [UInt8])>((.min, []))

    /// Now, as `Sun, 06 Nov 1994 08:49:37 GMT`.
    var now: [UInt8] {
        let second = Int64(Date().timeIntervalSince1970)
        return cache.withLock { cache in
            if cache.second != second { cache = (second, Array(Self.text(secondsSince1970: second).utf8)) }
            return cache.text
        }
    }

    static func text(secondsSince1970 seconds: Int64) -> String {
        // The time as Ghost writes it has every number that is needed: 1994-11-06T08:49:37.000Z.
        let stamp = Array(Timestamp(milliseconds: seconds * 1000).description)
        let day = Int(seconds / 86_400)
        let month = (Int(String(stamp[5...6])) ?? 1) - 1
        let time = String(stamp[11...18])
        return
            "\(weekdays[(day + 4) % 7]), \(String(stamp[8...9])) \(months[month]) \(String(stamp[0...3])) \(time) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
