import GhostModel
import GhostSupervision
import Testing

@Suite struct StartOrderTests {
    private func order(_ daemons: DaemonPlan...) throws(StartOrderError) -> [String] {
        try StartOrder(daemons).names.map(\.text)
    }

    @Test func neededDaemonsComeFirstThenPriorityThenFileOrder() throws {
        #expect(try order(daemon("api", needs: [need("db")]), daemon("db")) == ["db", "api"])
        #expect(try order(daemon("a"), daemon("b", priority: 5), daemon("c")) == ["b", "a", "c"])
        #expect(
            try order(daemon("x", needs: [need("low")], priority: 9), daemon("low", priority: -1), daemon("mid"))
                == ["mid", "low", "x"]
        )
        #expect(
            try order(
                daemon("top", needs: [need("left"), need("right")]),
                daemon("right", needs: [need("root")]),
                daemon("left", needs: [need("root")]),
                daemon("root")
            ) == ["root", "right", "left", "top"]
        )
        #expect(try order() == [])
    }

    @Test func stoppingIsTheReverse() throws {
        let order = try StartOrder([daemon("api", needs: [need("db")]), daemon("db")])
        #expect(order.stopping == [name("api"), name("db")])
    }

    @Test func faultsNameTheirMembers() {
        #expect(throws: StartOrderError.duplicate(name("a"))) { try order(daemon("a"), daemon("a")) }
        #expect(throws: StartOrderError.unknownDependency(daemon: name("a"), needs: name("z"))) {
            try order(daemon("a", needs: [need("z")]))
        }
        #expect(throws: StartOrderError.cycle([name("a")])) { try order(daemon("a", needs: [need("a")])) }
        let error = #expect(throws: StartOrderError.self) {
            try order(
                daemon("free"),
                daemon("outside", needs: [need("c")]),
                daemon("a", needs: [need("free"), need("b")]),
                daemon("c", needs: [need("a", .started, .soft)]),
                daemon("b", needs: [need("c")])
            )
        }
        #expect(error == .cycle([name("a"), name("b"), name("c")]))
        #expect(
            error?.description
                == "daemons need each other in a circle: a → b → c → a; remove one of these needs"
        )
    }
}
