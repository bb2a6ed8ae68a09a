// Pages written for the server before this one read relative URLs and either shape. They must go on working unchanged.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { FakeClock, settle } from "./fake/clock.js";
import { FakeServer } from "./fake/server.js";

interface Shown {
    nested: unknown;
    flat: unknown;
    daemons: unknown;
    logs: unknown;
    missing: unknown[];
}

test("an unchanged page reads the nested and the flat shape from relative URLs", async () => {
    const server = new FakeServer(new FakeClock().now);
    server.recentLogs = [{ timestamp: "2026-11-22T11:00:00.000Z", level: "error", message: "boom" }];
    server.commit("watchdog", { restartCount: 3, failedCount: 1 });
    const shown: Partial<Shown> = {};
    const page = readFileSync("test/original-page.js", "utf8");
    // Only what a page of that time used: no modules, no streams.
    runInNewContext(page, { fetch: (url: string) => server.fetch(url), shown, console });
    await settle();
    assert.deepEqual(JSON.parse(JSON.stringify(shown)), {
        nested: { status: "active", restarts: 3, failed: 1, health: "healthy", percent: 100 },
        flat: { status: "active", restarts: 3, failed: 1, health: "healthy", percent: 100 },
        daemons: { running: 5, total: 5, health: "healthy" },
        logs: ["error: boom"],
        missing: [],
    });
    assert.deepEqual([...new Set(server.requests.map(({ path }) => path))], [
        "/api/orchestrator/status",
        "/api/daemon-status",
        "/api/recent-logs",
    ]);
});
