import assert from "node:assert/strict";
import { test } from "node:test";
import { GhostClient, GhostError, retryDelayFor } from "@ghost/client";
import { FakeTab } from "./fake/browser.js";
import { FakeClock, settle } from "./fake/clock.js";
import { answers, FakeServer, json } from "./fake/server.js";

function setUp(): { clock: FakeClock; server: FakeServer; client: GhostClient } {
    const clock = new FakeClock();
    const server = new FakeServer(clock.now);
    const { environment } = new FakeTab(server, clock);
    return { clock, server, client: new GhostClient({ environment, baseUrl: "http://ghost.test/" }) };
}

const status = "/api/orchestrator/status";

async function errorOf(promise: Promise<unknown>): Promise<GhostError> {
    const result: unknown = await promise.then(() => null, (thrown: unknown) => thrown);
    assert.ok(result instanceof GhostError, "it should have failed with a GhostError");
    return result;
}

test("every route is asked once and read into its type", async () => {
    const { server, client } = setUp();
    assert.equal((await client.status()).watchdog.status, "active");
    assert.equal((await client.component("sentinel")).status, "active");
    assert.equal((await client.health()).healthPercentage, 100);
    assert.equal((await client.componentDaemons()).totalCount, 5);
    assert.equal((await client.daemons())[0]?.name, "api");
    server.log("hello");
    assert.equal((await client.logs({ daemon: "api", limit: 5 })).lines[0]?.message, "hello");
    const last = server.requests.at(-1);
    assert.equal(last?.query.toString(), "daemon=api&limit=5");
    assert.equal(last?.headers["Accept"], "application/json");
    assert.equal(server.requests.length, 6);
});

test("where the dashboard's route is absent or holds something else, the API's is asked, and remembered", async () => {
    for (const answer of [answers.status(404), () => json({ daemon_status: {} })]) {
        const { server, client } = setUp();
        server.next("/api/daemon-status", answer);
        assert.equal((await client.componentDaemons()).totalCount, 5);
        assert.equal((await client.componentDaemons()).totalCount, 5);
        assert.deepEqual(
            server.requests.map(({ path }) => path),
            ["/api/daemon-status", "/api/status/daemons", "/api/status/daemons"],
        );
    }
});

test("each failure says what kind it is", async () => {
    const cases: [Parameters<FakeServer["next"]>[1], Partial<GhostError>][] = [
        [
            answers.status(503, { "Retry-After": "7" }),
            { code: "http", status: 503, message: "HTTP 503: Status 503", retryAfter: 7000, isRetryable: true },
        ],
        [answers.status(400), { code: "http", status: 400, detail: "no", isRetryable: false }],
        [answers.status(429), { code: "http", status: 429, isRetryable: true, retryAfter: null }],
        [answers.status(502, {}, "<html>"), { code: "http", detail: null, isRetryable: true }],
        [answers.offline, { code: "network", isRetryable: true }],
        [() => json({ status: "error", error: "no logs" }), { code: "rejected", message: "no logs" }],
        [() => json({ data: {} }), { code: "rejected", message: "Unknown orchestration error" }],
        [() => new Response("<html>"), { code: "protocol", isRetryable: true }],
        [() => json({ status: "success", data: 7 }), { code: "protocol" }],
    ];
    for (const [answer, expected] of cases) {
        const { server, client } = setUp();
        server.next(status, answer);
        const error = await errorOf(client.status());
        for (const [key, value] of Object.entries(expected)) assert.equal(error[key as keyof GhostError], value, key);
    }
});

test("Retry-After may be a date, and is bounded", async () => {
    const { clock, server, client } = setUp();
    const inTwelveSeconds = new Date(clock.now() + 12_000).toUTCString();
    for (const [value, wait] of [[inTwelveSeconds, 12_000], ["99999999", 3_600_000], ["soon", null]] as const) {
        server.next(status, answers.status(503, { "Retry-After": value }));
        assert.equal((await errorOf(client.status())).retryAfter, wait, value);
    }
    assert.equal(retryDelayFor(1000, 0, 0, 12_000), 12_000);
});

test("the timeout covers the head", async () => {
    const { clock, server, client } = setUp();
    server.next(status, answers.never);
    const failing = errorOf(client.status());
    await clock.advance(9999);
    assert.equal(server.requests[0]?.signal?.aborted, false);
    await clock.advance(1);
    assert.equal((await failing).code, "timeout");
    assert.equal(server.requests[0]?.signal?.aborted, true);
    assert.equal(clock.timerCount, 0);
});

test("a stop by the caller ends the request and leaves no timer", async () => {
    const { clock, server, client } = setUp();
    server.next(status, answers.never);
    const abort = new AbortController();
    const failing = errorOf(client.status({ signal: abort.signal }));
    await settle();
    abort.abort();
    const error = await failing;
    assert.equal(error.code, "aborted");
    assert.equal(error.isRetryable, false);
    assert.equal(server.requests[0]?.signal?.aborted, true);
    assert.equal(clock.timerCount, 0);
    assert.equal((await errorOf(client.status({ signal: abort.signal }))).code, "aborted");
    assert.equal(server.requests.length, 1, "a request that is stopped before is not sent");
});

test("a stand-in for fetch that has nothing but json() is enough", async () => {
    const clock = new FakeClock();
    const server = new FakeServer(clock.now);
    const { environment } = new FakeTab(server, clock);
    const body = { status: "success", data: server.data };
    const fetch = async (): Promise<Response> => ({ ok: true, status: 200, json: async () => body }) as Response;
    const client = new GhostClient({ environment: { ...environment, fetch } });
    assert.equal((await client.status()).sequence, 7);
});

test("headers of the caller are sent", async () => {
    const { server, clock } = setUp();
    const { environment } = new FakeTab(server, clock);
    const client = new GhostClient({ environment, headers: { Authorization: "Bearer x" } });
    await client.status();
    assert.equal(server.requests[0]?.headers["Authorization"], "Bearer x");
    assert.equal(client.isPersonal, true);
});
