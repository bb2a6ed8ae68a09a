import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConnectionName } from "@ghost/client";
import { answers, frame, json } from "./fake/server.js";
import { Station, statusPath, streamPath, usual } from "./fake/station.js";
import { settle } from "./fake/clock.js";

test("a snapshot, then changes, over one connection and without further requests", async () => {
    const station = new Station();
    const { server, clock } = station;
    const want = await station.follow();
    const state = () => station.state;
    assert.equal(state().connection, "open");
    assert.equal(state().data?.sequence, 7);
    const { sentinel } = state().data ?? assert.fail("no data");
    server.commit("watchdog", { restartCount: 1 });
    server.commit("watchdog", { restartCount: 2 });
    await settle();
    assert.equal(state().data?.watchdog.restartCount, 2);
    assert.equal(state().data?.orchestration.watchdog.restartCount, 2);
    assert.equal(state().data?.sentinel, sentinel);
    assert.deepEqual(state().events.map(({ sequence }) => sequence), [8, 9]);
    for (let n = 0; n < 10; n += 1) {
        await clock.advance(15_000);
        server.ping();
    }
    assert.equal(server.requests.length, 1);
    want.release();
    await clock.advance(1000);
    assert.equal(server.openStreams.length, 0);
    assert.equal(clock.timerCount, 0);
    assert.equal(state().connection, "idle");
});

test("a restart of the server is resumed without a snapshot, a loss or an error", async () => {
    const station = new Station();
    await station.follow();
    station.server.commit("executor", { completedTasks: 1 });
    await settle();
    const connections: ConnectionName[] = [];
    station.ghost.orchestration.store.listen(() => connections.push(station.state.connection));
    station.server.drop();
    await settle();
    assert.equal(station.state.connection, "waiting");
    assert.equal(station.state.error, null);
    station.server.commit("executor", { completedTasks: 2 });
    station.server.commit("executor", { completedTasks: 3 });
    await station.clock.advance(2000);
    assert.equal(station.state.data?.executor.completedTasks, 3);
    assert.deepEqual(station.state.events.map(({ sequence }) => sequence), [8, 9, 10]);
    assert.equal(station.server.requests.at(-1)?.headers["Last-Event-ID"], "e-1-8");
    assert.equal(station.server.requests.length, 2);
    assert.deepEqual([...new Set(connections)], ["waiting", "connecting", "open"]);
});

test("a server with another store answers with a snapshot, which replaces the state", async () => {
    const station = new Station();
    await station.follow();
    station.server.data = { ...station.server.data, epoch: "e-2", sequence: 3, overallHealth: "critical" };
    station.server.drop();
    await station.clock.advance(2000);
    assert.equal(station.state.data?.epoch, "e-2");
    assert.equal(station.state.data?.sequence, 3);
    station.server.commit("sentinel", { monitoring: true });
    await settle();
    assert.equal(station.state.data?.sequence, 4);
});

test("a change that does not follow makes the client ask anew without an id; what is shown stays", async () => {
    const station = new Station();
    await station.follow();
    const change = { seq: 12, from: 11, components: {}, data: {}, events: [] };
    station.server.changeStreams[0]?.send(frame("change", "e-1-12", change));
    await settle();
    assert.equal(station.state.data?.sequence, 7);
    assert.equal(station.state.error, null);
    station.server.data = { ...station.server.data, sequence: 12 };
    await station.clock.advance(2000);
    assert.equal(station.server.requests.at(-1)?.headers["Last-Event-ID"], undefined);
    assert.equal(station.state.data?.sequence, 12);
    station.server.drop();
    await station.clock.advance(4000);
    assert.equal(station.server.requests.at(-1)?.headers["Last-Event-ID"], "e-1-12", "afterwards ids are used again");
});

test("a gap is counted, and the snapshot behind it taken", async () => {
    const station = new Station();
    await station.follow();
    station.server.data = { ...station.server.data, sequence: 40 };
    const snapshot = { status: "success", data: station.server.data };
    const gap = frame("gap", null, { from: 7, to: 40 });
    station.server.changeStreams[0]?.send(gap + frame("snapshot", "e-1-40", snapshot));
    await settle();
    assert.equal(station.state.gaps, 1);
    assert.equal(station.state.data?.sequence, 40);
    assert.equal(station.server.requests.length, 1);
});

test("events of later versions are passed over", async () => {
    const station = new Station();
    await station.follow();
    station.server.changeStreams[0]?.send("event: novelty\ndata: not even JSON\n\n");
    station.server.commit("watchdog", { restartCount: 5 });
    await settle();
    assert.equal(station.state.data?.watchdog.restartCount, 5);
    assert.equal(station.server.requests.length, 1);
});

test("garbage on the stream is an error, and the next connection mends it", async () => {
    for (const garbage of ["event: snapshot\ndata: {\n\n", "event: change\ndata: {}\n\n", "event: gap\ndata: 7\n\n"]) {
        const station = new Station();
        await station.follow();
        station.server.changeStreams[0]?.send(garbage);
        await settle();
        assert.equal(station.state.connection, "waiting");
        assert.equal(station.state.error?.code, "protocol");
        assert.equal(station.state.data?.sequence, 7);
        await station.clock.advance(2000);
        assert.equal(station.state.connection, "open");
        assert.equal(station.state.error, null);
    }
});

test("delays grow with jitter within their bounds, for ever, and the page's return cuts them short", async () => {
    const station = new Station();
    station.server.always(answers.offline);
    await station.follow();
    const { requests } = station.server;
    for (let n = 0; n < 12; n += 1) {
        const before = station.clock.now();
        const ceiling = Math.min(2000 * 2 ** n, 30_000);
        assert.equal(requests.length, n + 1);
        assert.equal(station.state.failureCount, n + 1);
        assert.equal(station.state.error?.code, "network");
        const delay = (station.state.retryAt ?? Infinity) - before;
        assert.ok(delay >= 0 && delay <= ceiling, `delay ${n} of ${delay} ms is over ${ceiling}`);
        await station.clock.advance(Math.ceil(delay));
    }
    const asked = requests.length;
    station.server.always(null);
    station.tab.wake();
    await settle();
    assert.equal(requests.length, asked + 1);
    assert.equal(station.state.error, null);
    assert.equal(station.state.failureCount, 0);
    assert.equal(station.state.connection, "open");
});

test("Retry-After is obeyed, also when the page wakes", async () => {
    const station = new Station();
    station.server.next(streamPath, answers.status(503, { "Retry-After": "60" }));
    await station.follow();
    station.tab.wake();
    await station.clock.advance(59_000);
    assert.equal(station.server.requests.length, 1);
    await station.clock.advance(1000);
    assert.equal(station.state.connection, "open");
});

test("a 4xx ends it until somebody asks again", async () => {
    const station = new Station();
    station.server.next(streamPath, answers.status(403));
    await station.follow();
    assert.equal(station.state.connection, "closed");
    assert.equal(station.state.error?.status, 403);
    await station.clock.advance(3_600_000);
    station.tab.wake();
    assert.equal(station.server.requests.length, 1);
    await station.ghost.orchestration.refetch();
    assert.equal(station.state.connection, "open");
    assert.equal(station.state.error, null);
    assert.equal(station.state.data?.sequence, 7);
    assert.equal(station.server.requests.length, 2);
});

test("a stream from which nothing comes for 35 s is replaced; pings keep it", async () => {
    const station = new Station();
    await station.follow();
    for (let n = 0; n < 8; n += 1) {
        await station.clock.advance(15_000);
        station.server.ping();
    }
    await settle();
    assert.equal(station.server.requests.length, 1);
    await station.clock.advance(34_999);
    assert.equal(station.state.connection, "open");
    await station.clock.advance(1);
    assert.equal(station.state.connection, "waiting");
    assert.equal(station.server.openStreams.length, 0);
    await station.clock.advance(2000);
    assert.equal(station.state.connection, "open");
});

test("where there is no stream, the status is polled, and a stream is looked for again", async () => {
    const station = new Station();
    station.server.kind = "polled";
    await station.follow();
    assert.equal(station.state.connection, "polling");
    assert.equal(station.state.data?.sequence, 7);
    assert.equal(station.server.count(statusPath), 1);
    station.server.commit("watchdog", { failedCount: 3 });
    await station.clock.advance(9999);
    assert.equal(station.server.count(statusPath), 1);
    await station.clock.advance(1);
    assert.equal(station.state.data?.watchdog.failedCount, 3);
    assert.equal(station.server.count(statusPath), 2);
    station.server.kind = "ghost";
    await station.clock.advance(290_000);
    assert.equal(station.state.connection, "open");
    const polls = station.server.count(statusPath);
    station.server.commit("watchdog", { failedCount: 4 });
    await station.clock.advance(30_000);
    assert.equal(station.state.data?.watchdog.failedCount, 4);
    assert.equal(station.server.count(statusPath), polls);
});

test("an answer that is no event stream, or one that something holds back, leads to polling too", async () => {
    const other = new Station();
    other.server.next(streamPath, () => json({ status: "success" }));
    await other.follow();
    assert.equal(other.state.connection, "polling");

    const held = new Station();
    const silent = () => new Response(new ReadableStream(), { headers: { "Content-Type": "text/event-stream" } });
    held.server.next(streamPath, silent);
    held.server.next(streamPath, silent);
    await held.follow();
    await held.clock.advance(35_000 + 2000 + 35_000);
    assert.equal(held.state.connection, "polling");
    assert.equal(held.state.data?.sequence, 7);
});

test("polling retries with backoff, then goes on at its interval", async () => {
    const station = new Station();
    station.server.kind = "polled";
    await station.follow();
    station.server.always(answers.offline);
    await station.clock.advance(10_000);
    const first = station.server.count(statusPath);
    assert.equal(station.state.error?.code, "network");
    assert.equal(station.state.data?.sequence, 7, "the last good data stay");
    await station.clock.advance(14_000);
    assert.equal(station.server.count(statusPath), first + 3, "three retries within 2 + 4 + 8 s");
    await station.clock.advance(40_000);
    const polls = station.server.count(statusPath) - first - 3;
    assert.ok(polls >= 3 && polls <= 5, `${polls} polls in the 40 s after the retries`);
    station.server.always(null);
    await station.clock.advance(10_000);
    assert.equal(station.state.error, null);
    assert.equal(station.state.failureCount, 0);
});

test("refetch joins what is under way, and asks once where nothing is", async () => {
    const station = new Station();
    station.ghost.orchestration.want(usual);
    await station.ghost.orchestration.refetch();
    assert.equal(station.server.requests.length, 1, "the connection attempt is the request");
    assert.equal(station.state.data?.sequence, 7);
    await Promise.all([station.ghost.orchestration.refetch(), station.ghost.orchestration.refetch()]);
    assert.equal(station.server.count(statusPath), 1);
    station.server.always(answers.offline);
    await station.ghost.orchestration.refetch();
    assert.equal(station.state.error?.code, "network");
});

test("an answer that was overtaken by the stream does not put old data in the place of new ones", async () => {
    const station = new Station();
    await station.follow();
    const release = station.server.hold(statusPath);
    const refetching = station.ghost.orchestration.refetch();
    await settle();
    station.server.commit("watchdog", { restartCount: 9 });
    await settle();
    release();
    await refetching;
    assert.equal(station.state.data?.watchdog.restartCount, 9);
    assert.equal(station.state.data?.sequence, 8);
});

test("the seed decides the delays", async () => {
    const runs = await Promise.all(
        [0, 1].map(async () => {
            const station = new Station();
            station.server.always(answers.offline);
            await station.follow();
            await station.clock.advance(60_000);
            return station.server.requests.map(({ at }) => at);
        }),
    );
    assert.deepEqual(runs[0], runs[1]);
});
