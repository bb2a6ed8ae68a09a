// A page that was written for the server before this one, in front of a real server.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { JSDOM } from "jsdom";
import type { OrchestrationData } from "@ghost/client";
import { componentNames, GhostClient } from "@ghost/client";
import { LiveGhost, pause, skip, until } from "./ghost.js";
import { Proxy } from "./proxy.js";

/** Serves the page, and hands on what it asks of the API: one origin, as a reverse proxy makes it. */
async function origin(ghost: LiveGhost): Promise<Proxy> {
    const proxy = await Proxy.start(ghost);
    const files: Record<string, [type: string, text: string]> = {
        "/": ["text/html; charset=utf-8", `<!doctype html><body><script src="dashboard.js"></script></body>`],
        "/dashboard.js": ["text/javascript; charset=utf-8", readFileSync("live/original-dashboard.js", "utf8")],
    };
    proxy.answer = (asked, response) => {
        const file = files[asked.url];
        if (file === undefined) return proxy.forward(asked, response);
        response.writeHead(200, { "Content-Type": file[0] });
        response.end(file[1]);
    };
    return proxy;
}

/** @param mayAsk whether the page still has its network; without it, requests get no answer. */
async function open(url: string, mayAsk: () => boolean): Promise<JSDOM> {
    return JSDOM.fromURL(url, {
        runScripts: "dangerously",
        resources: "usable",
        beforeParse: (window) => {
            // jsdom has none; a browser reads a relative address from where the page came.
            window.fetch = (path, init) => {
                return mayAsk() ? fetch(new URL(String(path), window.location.href), init) : new Promise(() => {});
            };
        },
    });
}

function expected(data: OrchestrationData): Record<string, unknown> {
    const { sentinel, watchdog, executor, selfcheck, lifecycle } = data;
    const shown: Record<string, unknown> = {
        sentinel: { monitoring: sentinel.monitoring, errors: sentinel.recentErrors },
        watchdog: { restarts: watchdog.restartCount, failed: watchdog.failedCount, last: watchdog.lastRestart },
        executor: { active: executor.activeTasks, done: executor.completedTasks },
        selfcheck: { checks: selfcheck.healthChecks, last: selfcheck.lastHealthCheck },
        lifecycle: { managed: lifecycle.managedDaemons, order: lifecycle.startupOrder.join(" ") },
        stats: {
            active: data.activeComponents,
            error: data.errorComponents,
            total: data.totalComponents,
            percent: Math.round(data.healthPercentage),
        },
        health: data.overallHealth,
        percentage: data.healthPercentage,
        updated: true,
        "nested-updated": true,
        lines: true,
    };
    for (const name of componentNames) {
        const { status, error } = data[name];
        for (const place of ["flat", "nested", "component"]) shown[`${place}-${name}`] = status;
        shown[`error-${name}`] = error;
    }
    return shown;
}

test("an unchanged dashboard shows what a real server knows, also after that changed", { skip }, async () => {
    const ghost = await LiveGhost.monitor();
    ghost.write("sentinel", "❌ diffMonitor NOT running");
    ghost.write("watchdog", "❌ diffMonitor restart attempt 1 - no such file");
    ghost.write("executor", "executing task 1");
    ghost.write("executor", "✅ task 1 completed");
    ghost.write("selfcheck", "🟢 health check: healthy (10/10)");
    ghost.write("lifecycle", "managing relayCore (attempt 1)");
    const client = new GhostClient({ baseUrl: ghost.url });
    await until("all lines are read", async () => (await client.status()).lifecycle.managedDaemons === 1);
    const proxy = await origin(ghost);
    let isOpen = true;
    const { window } = await open(`${proxy.url}/`, () => isOpen);
    const text = (id: string): string | null => window.document.getElementById(id)?.textContent ?? null;
    const shown = (id: string): unknown => JSON.parse(text(id) ?? "null") as unknown;
    try {
        await until("the page has looked", () => text("looked") !== null || text("failed") !== null);
        assert.equal(text("failed"), null);
        for (const [id, value] of Object.entries(expected(await client.status()))) {
            assert.deepEqual(shown(id), value, id);
        }
        const { daemons, overallHealth, runningCount, totalCount } = await client.componentDaemons();
        const names = daemons.filter(({ running }) => running).map(({ name }) => name);
        const panel = { running: runningCount, counted: runningCount, total: totalCount, health: overallHealth, names };
        for (const id of ["panel", "panel-wrapped", "combined"]) assert.deepEqual(shown(id), panel, id);
        assert.equal(totalCount, 5);
        assert.equal(shown("one"), true);
        assert.deepEqual(shown("combined-lines"), [...componentNames].sort());
        const errors = (shown("errors") as string[]).map((line) => line.replace(/\[.*?\] /, ""));
        assert.deepEqual(errors.sort(), [
            "sentinel: ❌ diffMonitor NOT running",
            "watchdog: ❌ diffMonitor restart attempt 1 - no such file",
        ]);

        for (let n = 2; n <= 30; n += 1) ghost.write("watchdog", `✅ diffMonitor restart attempt ${n}`);
        ghost.write("sentinel", "🟢 diffMonitor is running (PID: 43)");
        // More than the ten lines that the original looked at, and what it polls for changes on the page.
        await until("the page shows it", () => (shown("watchdog") as { restarts: number }).restarts === 30);
        assert.deepEqual(shown("watchdog"), expected(await client.status())["watchdog"]);
        assert.equal(text("failed"), null);
    } finally {
        // A page that is closed in the middle of a look would stumble over its own document.
        isOpen = false;
        await until("the page has all its answers", () => proxy.pending === 0);
        await pause(100);
        window.close();
        proxy.close();
        await ghost.close();
    }
});

test("a page of another port on this machine may read, with the header that the old hooks send", { skip }, async () => {
    const ghost = await LiveGhost.monitor();
    try {
        const from = { Origin: "http://localhost:3000" };
        const asking = { "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "content-type" };
        for (const path of ["/api/orchestrator/status", "/api/daemon-status", "/api/recent-logs"]) {
            const before = await ghost.ask("OPTIONS", path, { ...from, ...asking });
            assert.ok(before.status < 300, `${path}: ${before.status}`);
            assert.equal(before.headers["access-control-allow-origin"], from.Origin, path);
            assert.match(String(before.headers["access-control-allow-headers"]).toLowerCase(), /content-type/);
            const answer = await ghost.ask("GET", path, { ...from, "Content-Type": "application/json" });
            assert.equal(answer.status, 200, path);
            assert.equal(answer.headers["access-control-allow-origin"], from.Origin, path);
        }
        const stranger = await ghost.ask("GET", "/api/orchestrator/status", { Origin: "https://somewhere.example" });
        assert.equal(stranger.headers["access-control-allow-origin"], undefined);
    } finally {
        await ghost.close();
    }
});
