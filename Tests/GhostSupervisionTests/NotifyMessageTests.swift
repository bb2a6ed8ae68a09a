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
