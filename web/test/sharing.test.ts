import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedGhost } from "@ghost/client";
import { FakeOrigin } from "./fake/browser.js";
import { settle } from "./fake/clock.js";
import { answers } from "./fake/server.js";
import { Station, statusPath, usual } from "./fake/station.js";

async function tabs(count: number): Promise<{ origin: FakeOrigin; pages: Station[] }> {
    const origin = new FakeOrigin();
    const pages: Station[] = [];
    for (let n = 0; n < count; n += 1) {
        const page: Station = new Station(pages[0], origin);
        pages.push(page);
        await page.follow();
    }
    return { origin, pages };
}

test("two tabs share one connection, and both see every change", async () => {
    const { pages } = await tabs(2);
    const [a, b] = pages as [Station, Station];
    assert.equal(a.server.requests.length, 1);
    assert.equal(b.state.data?.sequence, 7);
    assert.equal(b.state.connection, "open");
    for (let n = 1; n <= 20; n += 1) a.server.commit("watchdog", { restartCount: n });
    await settle();
    assert.equal(a.state.data?.watchdog.restartCount, 20);
    assert.equal(b.state.data?.watchdog.restartCount, 20);
    assert.deepEqual(a.state.events, b.state.events);
    assert.equal(a.server.requests.length, 1);
});

test("a page that is alone sends no messages but its greeting", async () => {
    const { origin, pages } = await tabs(1);
    for (let n = 1; n <= 20; n += 1) pages[0]?.server.commit("watchdog", { restartCount: n });
    await settle();
    assert.equal(origin.messages, 1);
});

test("when the leading tab crashes, the other goes on from the last change without losing one", async () => {
    const { pages } = await tabs(3);
    const [a, b, c] = pages as [Station, Station, Station];
    a.server.commit("executor", { completedTasks: 1 });
    await settle();
    a.tab.crash();
    a.server.streams[0]?.end();
    a.server.commit("executor", { completedTasks: 2 });
    await settle();
    a.server.commit("executor", { completedTasks: 3 });
    await settle();
    for (const page of [b, c]) {
        assert.equal(page.state.data?.executor.completedTasks, 3);
        assert.deepEqual(page.state.events.map(({ sequence }) => sequence), [8, 9, 10]);
        assert.equal(page.state.connection, "open");
    }
    assert.equal(a.server.requests.length, 2);
    assert.equal(a.server.requests[1]?.headers["Last-Event-ID"], "e-1-8");
    assert.equal(a.server.openStreams.length, 1);
});

test("when the last subscriber of the leading tab leaves, the lead goes on after the linger", async () => {
    const origin = new FakeOrigin();
    const a = new Station(undefined, origin);
    const want = await a.follow();
    const b = new Station(a, origin);
    await b.follow();
    want.release();
    await a.clock.advance(999);
    assert.equal(a.server.requests.length, 1);
    await a.clock.advance(1);
    assert.equal(a.server.openStreams.length, 1);
    assert.equal(a.server.requests.length, 2);
    a.server.commit("watchdog", { restartCount: 1 });
    await settle();
    assert.equal(b.state.data?.watchdog.restartCount, 1);
    assert.equal(a.state.data?.watchdog.restartCount, 0, "nobody there looks");
});

test("a leader that is frozen is replaced, and follows when it thaws", async () => {
    const { pages } = await tabs(2);
    const [a, b] = pages as [Station, Station];
    a.tab.isFrozen = true;
    await a.clock.advance(45_000 + 2000);
    assert.equal(a.server.requests.length, 2, "the other tab took over");
    a.tab.isFrozen = false;
    await settle();
    a.server.commit("watchdog", { restartCount: 3 });
    await settle();
    assert.equal(b.state.data?.watchdog.restartCount, 3);
    assert.equal(a.state.data?.watchdog.restartCount, 3);
    assert.equal(a.server.openStreams.length, 1);
});

test("a quiet stream is no frozen leader: its pings are told", async () => {
    const { pages } = await tabs(2);
    for (let n = 0; n < 12; n += 1) {
        await pages[0]?.clock.advance(15_000);
        pages[0]?.server.ping();
    }
    assert.equal(pages[0]?.server.requests.length, 1);
});

test("a clock that was set back keeps no leader from telling that it lives", async () => {
    const { origin, pages } = await tabs(2);
    const [a] = pages as [Station, Station];
    const { now } = a.tab.environment;
    a.tab.environment.now = () => now() - 3_600_000;
    for (let n = 0; n < 12; n += 1) {
        const before = origin.messages;
        await a.clock.advance(15_000);
        a.server.ping();
        await settle();
        assert.equal(origin.messages, before + 1, "it says so, and no page has to ask");
    }
    assert.equal(a.server.requests.length, 1);
});

test("a follower that missed a change asks the leader for everything", async () => {
    const { pages } = await tabs(2);
    const [a, b] = pages as [Station, Station];
    b.tab.isFrozen = true;
    a.server.commit("watchdog", { restartCount: 1 });
    await settle();
    b.tab.isFrozen = false;
    a.server.commit("executor", { completedTasks: 1 });
    await settle();
    assert.deepEqual(b.state.data, a.state.data);
    assert.equal(b.state.data?.watchdog.restartCount, 1);
    assert.equal(a.server.requests.length, 1);
});

test("followers see errors and polling of the leader, with the whole error", async () => {
    const { pages } = await tabs(2);
    const [a, b] = pages as [Station, Station];
    a.server.always(answers.status(503, { "Retry-After": "20" }));
    a.server.drop();
    await a.clock.advance(2000);
    assert.equal(b.state.connection, "waiting");
    assert.equal(b.state.error?.status, 503);
    assert.equal(b.state.error?.isRetryable, true);
    assert.equal(b.state.failureCount, 1);
    assert.equal(b.state.retryAt, a.state.retryAt);
    assert.equal(b.state.data?.sequence, 7);
    a.server.always(null);
    a.server.kind = "polled";
    await a.clock.advance(20_000);
    assert.equal(b.state.connection, "polling");
    assert.equal(a.server.count(statusPath), 1);
});

test("where there is no stream, the page that needs the data leads, not one that waits for changes", async () => {
    const origin = new FakeOrigin();
    const a = new Station(undefined, origin);
    a.server.kind = "polled";
    await a.follow({ purpose: "changes" });
    assert.equal(a.state.connection, "polling");
    assert.equal(a.server.count(statusPath), 0);
    const b = new Station(a, origin);
    const watching = await b.follow({ purpose: "changes" });
    assert.equal(a.server.count(statusPath), 0);
    const wanting = await b.follow();
    assert.equal(b.state.data?.sequence, 7);
    assert.equal(a.state.data?.sequence, 7, "the other one is told");
    await a.clock.advance(30_000);
    assert.equal(a.server.count(statusPath), 4, "and one of them polls");
    wanting.release();
    watching.release();
    await a.clock.advance(2000);
    assert.equal(a.state.connection, "polling", "the first leads again");
});

test("refetch of a follower is one request of its own, and never goes back in time", async () => {
    const { pages } = await tabs(2);
    const [a, b] = pages as [Station, Station];
    const release = a.server.hold(statusPath);
    const refetching = b.ghost.orchestration.refetch();
    await settle();
    a.server.commit("watchdog", { restartCount: 8 });
    await settle();
    release();
    await refetching;
    assert.equal(b.state.data?.watchdog.restartCount, 8);
});

test("pages with own headers, or without locks, do not share", async () => {
    const origin = new FakeOrigin();
    const first = new Station(undefined, origin);
    await first.follow();
    for (const options of [{ headers: { Authorization: "Bearer x" } }, { sharing: "page" as const }]) {
        const page = new Station(first, origin, options);
        const before = first.server.requests.length;
        await page.follow();
        assert.equal(first.server.requests.length, before + 1);
        assert.equal(page.state.connection, "open");
    }
});

test("where locks are refused, a page leads itself", async () => {
    const station = new Station();
    const locks = { request: () => Promise.reject(new DOMException("insecure", "SecurityError")) };
    const channel = { onmessage: null, postMessage: () => {}, close: () => {} };
    const environment = { ...station.tab.environment, locks, openChannel: () => channel };
    const ghost = new SharedGhost({ environment });
    ghost.orchestration.want(usual);
    await settle();
    assert.equal(ghost.orchestration.store.get().connection, "open");
});

test("random tab deaths under steady changes lose nothing", async () => {
    const { origin, pages } = await tabs(2);
    const first = pages[0] as Station;
    const alive = [...pages];
    for (let n = 1; n <= 60; n += 1) {
        first.server.commit("executor", { completedTasks: n });
        if (n % 7 === 0) {
            const leader = alive.shift();
            leader?.tab.crash();
            // The stream of a dead tab ends some time later.
            first.server.streams.find(({ isOpen }) => isOpen)?.end();
            const page = new Station(first, origin);
            alive.push(page);
            await page.follow();
        }
        if (n % 3 === 0) await settle();
    }
    await first.clock.advance(5000);
    for (const page of alive) {
        assert.equal(page.state.data?.executor.completedTasks, 60);
        assert.equal(page.state.connection, "open");
    }
    const eldest = alive[0]?.state.events.map(({ sequence }) => sequence) ?? [];
    assert.deepEqual(eldest, Array.from(eldest, (_, index) => (eldest[0] ?? 0) + index), "events have no holes");
    assert.equal(first.server.openStreams.length, 1);
});
