import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection, Demand, OrchestrationData, Query, StateChange } from "@ghost/client";
import { GhostError, defaultDemand, delayCeiling, parsePosition, reduce, retryDelayFor } from "@ghost/client";
import { parseChange, parseOrchestration, seededRandom, stepConnection, stepQuery } from "@ghost/client";
import { keepEqual, PolledQuery } from "@ghost/client";
import { passes } from "@ghost/client/log-entries.js";
import { replace, supersedes } from "@ghost/client/reducer.js";
import { changed, sampleData } from "./fake/state.js";
import { Station } from "./fake/station.js";

const lost = new GhostError("network", "gone");

test("the ceilings of delays double up to 30 s", () => {
    assert.deepEqual([0, 1, 2, 3, 4, 5].map((n) => delayCeiling(2000, n)), [2000, 4000, 8000, 16000, 30000, 30000]);
    assert.deepEqual([0, 1, 2].map((n) => delayCeiling(1000, n)), [1000, 2000, 4000]);
    assert.equal(delayCeiling(1000, 5000), 30_000);
    assert.equal(delayCeiling(0, 3), 0);
});

test("a delay is spread over the whole range below its ceiling, and the same for the same seed", () => {
    const draw = (seed: number): number[] => {
        const random = seededRandom(seed);
        return Array.from({ length: 4000 }, () => retryDelayFor(2000, 1, random()));
    };
    const delays = draw(1);
    assert.ok(delays.every((delay) => delay >= 0 && delay < 4000));
    for (let tenth = 0; tenth < 10; tenth += 1) {
        const share = delays.filter((delay) => delay >= tenth * 400 && delay < (tenth + 1) * 400).length;
        assert.ok(share > 300 && share < 500, `${share} of 4000 in tenth ${tenth}`);
    }
    assert.deepEqual(draw(7), draw(7));
    assert.notEqual(draw(7)[0], draw(8)[0]);
    assert.equal(retryDelayFor(2000, 0, 0.5, 60_000), 60_000);
});

const failed = (at: number, error = lost, random = 0.5) => ({ kind: "failed" as const, error, at, random });

test("a connection is tried for ever, with growing delays that start small again after a stable one", () => {
    let connection: Connection = { state: "closed", error: null };
    const take = (input: Parameters<typeof stepConnection>[1]) => {
        const step = stepConnection(connection, input, 1000);
        connection = step.connection;
        return step.action;
    };
    assert.deepEqual(take({ kind: "start" }), { kind: "connect" });
    const delays: unknown[] = [];
    for (let n = 0; n < 50; n += 1) {
        const action = take(failed(0));
        delays.push(action.kind === "wait" ? action.delay : action.kind);
        assert.deepEqual(take({ kind: "due" }), { kind: "connect" });
    }
    assert.deepEqual(delays.slice(0, 7), [500, 1000, 2000, 4000, 8000, 15000, 15000]);
    assert.equal(delays[49], 15000);

    take({ kind: "opened", at: 100_000 });
    assert.deepEqual(take(failed(105_000)), { kind: "wait", delay: 15000 }, "5 s are not stable");
    take({ kind: "due" });
    take({ kind: "opened", at: 200_000 });
    assert.deepEqual(take(failed(210_000)), { kind: "wait", delay: 500 }, "10 s are");
});

test("a connection ends at a 4xx, except 408 and 429, and obeys Retry-After", () => {
    const connecting: Connection = { state: "connecting", attempt: 0, failures: 0 };
    for (const status of [400, 401, 403, 404, 405, 410, 422]) {
        const error = new GhostError("http", "no", { status });
        const step = stepConnection(connecting, failed(0, error), 1000);
        assert.deepEqual(step, { connection: { state: "closed", error }, action: { kind: "abort" } });
    }
    for (const status of [408, 429, 500, 502, 503]) {
        const error = new GhostError("http", "later", { status, retryAfter: 90_000 });
        const step = stepConnection(connecting, failed(0, error), 1000);
        assert.deepEqual(step.action, { kind: "wait", delay: 90_000 });
        assert.equal(stepConnection(step.connection, { kind: "wake" }, 1000).connection, step.connection);
    }
});

test("inputs that do not fit a connection change nothing", () => {
    const waiting = stepConnection({ state: "connecting", attempt: 0, failures: 0 }, failed(0), 1000).connection;
    const states: [Connection, string[]][] = [
        [{ state: "closed", error: null }, ["opened", "failed", "due", "wake", "stop"]],
        [{ state: "connecting", attempt: 0, failures: 0 }, ["start", "due", "wake"]],
        [{ state: "open", attempt: 0, since: 0 }, ["start", "opened", "due", "wake"]],
        [waiting, ["start", "opened", "failed"]],
    ];
    for (const [connection, kinds] of states) {
        for (const kind of kinds) {
            const input = { kind, at: 0, random: 0, error: lost } as Parameters<typeof stepConnection>[1];
            const next = stepConnection(connection, input, 1000).connection;
            assert.equal(next, connection, `${connection.state}, ${kind}`);
        }
    }
    assert.equal(stepConnection(waiting, { kind: "wake" }, 1000).connection.state, "connecting");
});

const demand: Demand = { ...defaultDemand, pollingInterval: 5000, retryAttempts: 3, retryDelay: 1000, staleTime: 5000 };

test("a query retries with growing delays and then goes on at its polling interval", () => {
    let query: Query = { state: "idle" };
    const take = (input: Parameters<typeof stepQuery>[1]): Query => {
        query = stepQuery(query, input, demand, "polled");
        return query;
    };
    assert.equal(take({ kind: "start", at: 0, updatedAt: 0 }).state, "fetching");
    const dues = Array.from({ length: 6 }, () => {
        const resting = take(failed(0));
        take({ kind: "due" });
        return resting.state === "resting" ? resting.due : "?";
    });
    assert.deepEqual(dues, [500, 1000, 2000, 5000, 5000, 5000]);
    assert.deepEqual(take({ kind: "answered", at: 100 }), { state: "resting", attempt: 0, failures: 0, due: 5100 });
});

test("a query does not retry a 4xx, waits as long as the server asks, and uses fresh data as they are", () => {
    const fetching: Query = { state: "fetching", attempt: 0, failures: 0, again: "no" };
    const after = (error: GhostError) => stepQuery(fetching, failed(0, error), demand, "polled");
    const due = (query: Query): unknown => (query.state === "resting" ? query.due : query.state);
    assert.equal(due(after(new GhostError("http", "", { status: 404 }))), 5000);
    assert.equal(due(after(new GhostError("http", "", { status: 503, retryAfter: 20_000 }))), 20_000);
    assert.equal(due(after(new GhostError("http", "", { status: 503 }))), 500);
    const fresh = stepQuery({ state: "idle" }, { kind: "start", at: 4000, updatedAt: 1000 }, demand, "polled");
    assert.equal(due(fresh), 6000);
    const stale = stepQuery({ state: "idle" }, { kind: "start", at: 6000, updatedAt: 1000 }, demand, "polled");
    assert.equal(stale.state, "fetching");
});

test("a change during a request asks once more after it; with a stream a query is not polled", () => {
    const fetching: Query = { state: "fetching", attempt: 0, failures: 0, again: "no" };
    const noticed = stepQuery(fetching, { kind: "changed" }, demand, "pushed");
    assert.deepEqual(noticed, { ...fetching, again: "yes" });
    assert.deepEqual(stepQuery(noticed, { kind: "answered", at: 0 }, demand, "pushed"), fetching);
    const resting = stepQuery(fetching, { kind: "answered", at: 0 }, demand, "pushed");
    assert.equal(resting.state === "resting" && resting.due, null);
    const polled = stepQuery(resting, { kind: "retimed", at: 9000, updatedAt: 0 }, demand, "polled");
    assert.equal(polled.state === "resting" && polled.due, 9000);
});

const change = (from: number, seq: number, fields: Partial<StateChange> = {}): StateChange =>
    parseChange({ seq, from, components: {}, data: {}, events: [], ...fields });

test("a change is applied, contained or does not fit", () => {
    const data = sampleData("e", 10);
    const watchdog = { ...data.watchdog, restartCount: 4 };
    const applied = reduce(data, change(10, 11, { components: { watchdog }, data: { activeComponents: 4 } }));
    assert.ok(applied.kind === "applied");
    assert.equal(applied.data.watchdog.restartCount, 4);
    assert.equal(applied.data.orchestration.watchdog, applied.data.watchdog);
    assert.equal(applied.data.activeComponents, 4);
    assert.equal(applied.data.sequence, 11);
    assert.equal(applied.data.sentinel, data.sentinel, "what did not change keeps its identity");
    assert.equal(reduce(data, change(8, 12)).kind, "applied", "whole values may be applied to a newer state");
    assert.equal(reduce(data, change(11, 12)).kind, "mismatch");
    assert.equal(reduce(data, change(8, 9)).kind, "contained");
    const later = { timestamp: "2026-11-22T12:00:01.000Z" };
    const earlier = { timestamp: "2026-11-22T11:59:59.000Z" };
    assert.equal(reduce(data, change(10, 10, { data: later })).kind, "applied", "time alone changed it");
    assert.equal(reduce(data, change(9, 10, { data: earlier })).kind, "contained");
});

test("random changes, coalesced in any way and repeated, end in the same state", () => {
    const random = seededRandom(5);
    for (let round = 0; round < 100; round += 1) {
        const states = [sampleData("e", 0)];
        for (let n = 0; n < 12; n += 1) {
            states.push(changed(states[n] ?? sampleData("e", 0), "executor", { completedTasks: n + 1 }));
        }
        let data = states[0] ?? sampleData("e", 0);
        for (let from = 0; from < 12; ) {
            const to = Math.min(12, from + 1 + Math.floor(random() * 4));
            const { executor } = states[to] ?? data;
            const overlapping = Math.max(0, from - Math.floor(random() * 3));
            const reduction = reduce(data, change(overlapping, to, { components: { executor } }));
            if (reduction.kind === "applied") data = reduction.data;
            assert.notEqual(reduction.kind, "mismatch");
            if (random() > 0.3) from = to;
        }
        assert.equal(data.executor.completedTasks, 12);
    }
});

test("a whole new state keeps the identity of equal parts, in both shapes", () => {
    const old = sampleData("e", 1);
    const copy = (data: OrchestrationData) => parseOrchestration(JSON.parse(JSON.stringify(data)));
    assert.equal(replace(old, copy(old)), old);
    const next = replace(old, copy(changed(old, "watchdog", { failedCount: 2 })));
    assert.equal(next.sentinel, old.sentinel);
    assert.notEqual(next.watchdog, old.watchdog);
    assert.equal(next.orchestration.watchdog, next.watchdog);
    assert.equal(next.orchestration.sentinel, old.sentinel);
});

test("an answer takes the place of a state only if it is newer", () => {
    const old = sampleData("e", 5, "2026-11-22T12:00:05.000Z");
    assert.equal(supersedes(old, sampleData("e", 4), false), false);
    assert.equal(supersedes(old, sampleData("e", 6), true), true);
    assert.equal(supersedes(old, sampleData("e", 5, "2026-11-22T12:00:04.000Z"), false), false);
    assert.equal(supersedes(old, sampleData("other", 1), true), false);
    assert.equal(supersedes(old, sampleData("other", 1), false), true);
});

test("data that came before the clock was set back are not fresh for ever", () => {
    const demand = { ...defaultDemand, pollingInterval: 10_000, staleTime: 10_000 };
    const hour = 3_600_000;
    const started = stepQuery({ state: "idle" }, { kind: "start", at: 5, updatedAt: hour }, demand, "polled");
    assert.deepEqual(started, { state: "resting", attempt: 0, failures: 0, due: 10_005 });
    const retimed = stepQuery(started, { kind: "retimed", at: 50, updatedAt: hour }, demand, "polled");
    assert.deepEqual(retimed, { state: "resting", attempt: 0, failures: 0, due: 10_050 });
});

test("a listener that throws keeps neither others nor what follows from going on", async () => {
    const told: unknown[] = [];
    const { reportError } = globalThis;
    globalThis.reportError = (thrown: unknown) => told.push(thrown);
    try {
        let answered = 0;
        const environment = new Station().tab.environment;
        const query = new PolledQuery({ environment, fetch: async () => (answered += 1) });
        const seen: (number | null)[] = [];
        query.store.listen(() => {
            throw new Error("somebody else's");
        });
        query.store.listen(() => seen.push(query.store.get().data));
        await query.refetch();
        await query.refetch();
        assert.equal(answered, 2);
        assert.equal(seen.at(-1), 2);
        assert.ok(told.length > 0);
    } finally {
        globalThis.reportError = reportError;
    }
});

test("names that every object has are names like others", () => {
    const daemons = (pid: number): object => JSON.parse(`{"__proto__":{"pid":${pid}},"toString":{"pid":1}}`) as object;
    const kept = keepEqual(daemons(1), daemons(2));
    assert.equal(JSON.stringify(kept), JSON.stringify(daemons(2)));
    assert.equal(Object.getPrototypeOf(kept), Object.prototype);
    assert.equal(keepEqual(kept, daemons(2)), kept);
    assert.deepEqual(Object.keys(keepEqual({}, daemons(2))), ["__proto__", "toString"]);
});

test("a text is looked for as the server does", () => {
    const entry = { id: "1", timestamp: "", level: "info" as const, message: "Disk is FULL, ÄRGER" };
    assert.equal(passes(entry, { text: "full" }), true);
    assert.equal(passes(entry, { text: "DISK" }), true);
    assert.equal(passes(entry, { text: "ärger" }), false);
});

test("an id is split at its last dash", () => {
    assert.deepEqual(parsePosition("a-b-12"), { epoch: "a-b", sequence: 12 });
    for (const id of ["", "12", "a-", "a-x", "a-1.5"]) assert.equal(parsePosition(id), null, id);
});

test("either shape of the status is read, and what is absent or of another type gets its default", () => {
    const sentinel = { status: "inactive", monitoring: "yes", lastCheck: "2026-01-01T00:00:00.000Z", error: "silent" };
    const watchdog = { status: "active", restartCount: 3 };
    const flat = parseOrchestration({ sentinel, watchdog, lastUpdate: "t", activeComponents: 1, totalComponents: 5 });
    const nested = parseOrchestration({ orchestration: { sentinel, watchdog, lastUpdate: "t" }, activeComponents: 1 });
    for (const data of [flat, nested]) {
        assert.equal(data.sentinel.status, "unknown");
        assert.equal(data.sentinel.monitoring, false);
        assert.equal(data.sentinel.error, "silent");
        assert.deepEqual(data.sentinel.recentErrors, []);
        assert.equal(data.watchdog.restartCount, 3);
        assert.equal(data.watchdog.failedCount, 0);
        assert.equal(data.lifecycle.status, "unknown");
        assert.equal(data.lastUpdate, "t");
        assert.equal(data.orchestration.watchdog, data.watchdog);
        assert.equal(data.healthPercentage, 20);
    }
    for (const garbage of [null, 7, "x", [], {}, { orchestration: 5 }]) {
        assert.throws(() => parseOrchestration(garbage), { name: "GhostError", code: "protocol" });
    }
});
