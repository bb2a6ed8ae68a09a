import GhostModel
import Testing

@testable import GhostSupervision

@Suite struct NotifyMessageTests {
    @Test(arguments: [
        ("READY=1", true, false, nil),
        ("STATUS=5 of 9\nREADY=1\nWATCHDOG=1\n", true, true, "5 of 9"),
        ("READY=0\nXREADY=1\nready=1", false, false, nil),
        ("MAINPID=7\nWATCHDOG=1", false, true, nil),
        ("", false, false, nil),
    ])
    func aDatagramIsRead(text: String, isReady: Bool, isAlive: Bool, status: String?) {
        let message = NotifyMessage(text.utf8)
        #expect(message.isReady == isReady)
        #expect(message.isAlive == isAlive)
        #expect(message.status == status)
    }

    @Test func aLongStatusIsCut() {
        let message = NotifyMessage(("STATUS=" + String(repeating: "x", count: 1000)).utf8)
        #expect(message.status?.utf8.count == NotifyMessage.longestStatus)
    }

    @Test(arguments: [
        ("a\tb", "a b"), ("\u{1B}[31mred\u{7}", "\u{FFFD}[31mred\u{FFFD}"), ("\u{202E}txt\u{2028}", "\u{FFFD}txt\u{FFFD}"),
        ("", ""), ("Größe 3 €", "Größe 3 €"),
    ])
    func aStatusDoesNothingToATerminal(said: String, shown: String) {
        #expect(NotifyMessage("STATUS=\(said)".utf8).status == shown)
    }

    @Test func aLongStatusIsCutBetweenCharacters() {
        let message = NotifyMessage(("STATUS=" + String(repeating: "€", count: 100)).utf8)
        #expect(message.status == String(repeating: "€", count: 85))
    }

    @Test func onlyWhatThePresentProcessSaid_isShown() throws {
        let overlay = StatusOverlay()
        var status = DaemonStatus(
            name: name("api"),
            want: .up,
            phase: .up,
            readiness: .ready,
            run: "api#2",
            pid: 7,
            since: Timestamp(milliseconds: 0)
        )
        overlay.setText("old", of: run("api", 1))
        #expect(overlay.applied(to: [status])[0].statusText == nil)
        overlay.setText("new", of: run("api", 2))
        #expect(overlay.applied(to: [status])[0].statusText == "new")
        overlay.forgetText(of: run("api", 1))
        #expect(overlay.applied(to: [status])[0].statusText == "new")
        status.pid = nil
        #expect(overlay.applied(to: [status])[0].statusText == nil)
        status.pid = 7
        overlay.setText("", of: run("api", 2))
        #expect(overlay.applied(to: [status])[0].statusText == nil)
    }

    @Test func aRunThatGoesOnIsReadFromWhereItBegan() {
        var marks = OutputMarks()
        let file = OutputMarks.File(path: "/l", inode: 7, length: 100)
        let api = run("api", 1)
        let found8 = marks.places(of: api, now: [file])
        #expect(found8 == [OutputPlace(path: "/l", offset: 100)])
        let later = OutputMarks.File(path: "/l", inode: 7, length: 500)
        let found9 = marks.places(of: api, now: [later])
        #expect(found9 == [OutputPlace(path: "/l", offset: 100)])
        let rotated = OutputMarks.File(path: "/l", inode: 8, length: 50)
        let found10 = marks.places(of: api, now: [rotated])
        #expect(found10 == [OutputPlace(path: "/l", offset: 0)])
        #expect(!marks.hasSeen(.text("up"), of: api))
        marks.saw(.text("up"), of: api)
        #expect(marks.hasSeen(.text("up"), of: api))
        #expect(!marks.hasSeen(.pattern("up"), of: api))
        marks.forget(api)
        #expect(!marks.hasSeen(.text("up"), of: api))
    }
}
