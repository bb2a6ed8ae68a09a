import GhostModel

// Clusters: OpenStack and supercomputers.
extension Span<UInt8> {
    /// The longest name of a file in front of a line, in bytes.
    private var longestFileName: Int { 120 }

    /// `nova-api.log.1 2017-05-16 00:00:00.008 25746 INFO nova.x [req-…] text`: the file's name stands in front.
    ///
    /// Names of files are told from words by the `.log` in them.
    func fileNamed(_ years: YearGuess) -> ParsedLine? {
        let end = wordEnd(0)
        guard end > 4, end <= longestFileName, let found = isoTime(end + 1), firstIndex(of: ".log", in: 0..<end) != nil
        else { return nil }
        let laid = layout(from: found.end)
        return ParsedLine(
            format: laid.isOpenStack ? .openStack : laid.level == nil ? .timed : .layout,
            time: found.time,
            level: laid.level,
            levelSource: laid.source,
            origin: laid.origin,
            message: laid.message..<count
        )
    }

    /// `- 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.363779 R02-M1 RAS KERNEL INFO text` of BGL, and
    /// `- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond[2915]: text` of Thunderbird.
    ///
    /// The first word is `-` or the name of an alert. The seconds are UTC and the time behind the node is local, so
    /// both together give the zone.
    func supercomputer(_ years: YearGuess) -> ParsedLine? {
        let seconds = wordEnd(0) + 1
        let date = seconds + 11
        guard digitsEnd(seconds) == seconds + 10, peek(date - 1) == .space, peek(date + 4) == UInt8(ascii: "."),
            peek(date + 7) == UInt8(ascii: "."), let epoch = epochNumber(seconds..<seconds + 10),
            let day = daysSince1970(year: four(date), month: two(date + 5), day: two(date + 8)),
            peek(date + 10) == .space
        else { return nil }
        let node = date + 11
        let start = wordEnd(node) + 1
        var result = ParsedLine(
            format: .supercomputer,
            time: epoch,
            origin: node..<start - 1,
            message: Swift.min(start, count)..<count
        )
        if let found = isoTime(start) {
            result.time = found.time.zoned(by: epoch)
            readRAS(&result, from: found.end)
        } else if let found = namedTime(start, YearGuess(latest: (Int64(day) + 1) * 86_400_000)) {
            result.time = found.time.zoned(by: epoch)
            // The node again, and who ran there; then the program.
            if let inner = hostAndTag(found, isSure: true) {
                result.origin = inner.origin ?? result.origin
                result.message = inner.message
            }
        }
        return result
    }

    /// `R02-M1 RAS KERNEL INFO text`.
    private func readRAS(_ result: inout ParsedLine, from start: Int) {
        var index = start
        // The node, the kind and the component.
        for _ in 0..<3 {
            guard isBlank(index) else { return }
            index = wordEnd(skipBlanks(index))
        }
        let word = skipBlanks(index)
        let end = lettersEnd(word)
        guard let level = levelWord(word..<end), isBlankOrEnd(end) else { return }
        result.level = level
        result.levelSource = .word
        result.message = skipBlanks(end)..<count
    }

    /// `134681 node-246 unix.hw state_change.unavailable 1077804742 1 text`: a number, three names, seconds, a flag.
    func clusterRecord(_ years: YearGuess) -> ParsedLine? {
        var index = digitsEnd(0)
        guard index > 0, peek(index) == .space else { return nil }
        let node = index + 1
        for _ in 0..<3 {
            let end = wordEnd(index + 1)
            guard end > index + 1, end < count, peek(end) == .space else { return nil }
            index = end
        }
        let seconds = index + 1
        guard digitsEnd(seconds) == seconds + 10, let epoch = epochNumber(seconds..<seconds + 10),
            peek(seconds + 10) == .space, isDigit(seconds + 11), case let flag = digitsEnd(seconds + 11),
            isBlankOrEnd(flag)
        else { return nil }
        return ParsedLine(
            format: .supercomputer,
            time: epoch,
            origin: node..<wordEnd(node),
            message: skipBlanks(flag)..<count
        )
    }
}

extension LineTime {
    /// This local time with the offset that makes it the instant `utc`, which has no fraction; without one if none does.
    fileprivate func zoned(by utc: LineTime) -> LineTime {
        let second: Int64 = 1_000_000_000
        let difference = nanoseconds / second - utc.nanoseconds / second
        guard abs(difference) <= 14 * 3600, difference % 900 == 0 else { return self }
        return LineTime(nanoseconds: nanoseconds, offset: Int(difference / 60))
    }
}
