// All kinds of hooks at once, on one page, in front of a server that supervises.
import "./page.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DaemonStatus, LogEntry } from "@ghost/react";
import { GhostProvider, SharedGhost, useDaemonHealth, useDaemons, useErrorLogs, useLogStream } from "@ghost/react";
import { useOrchestrationEvents, useOrchestratorHealth } from "@ghost/react";
import * as React from "react";
import { createRoot } from "react-dom/client";
import { LiveGhost, pause, skip, until } from "./ghost.js";
import { Proxy } from "./proxy.js";

const configuration = `
daemons:
  api: { command: "sh ./api.sh" }
  spare: { command: "sleep 1000" }
`;
const script = `n=0; while true; do n=$((n+1)); echo "INFO tick $n"; echo "ERROR tock $n 🟢"; sleep 0.2; done\n`;

interface Shown {
    sequence: number;
    running: number;
    spare: string;
    lines: readonly LogEntry[];
    errors: readonly LogEntry[];
    events: number;
    faults: unknown[];
}

/** The numbers that the lines end with or tell, which must follow each other. */
function numbers(lines: readonly LogEntry[], word: string): number[] {
    const texts = lines.map(({ message }) => new RegExp(`${word} (\\d+)`).exec(message)?.[1]);
    return texts.filter((text) => text !== undefined).map(Number);
}

function assertConsecutive(counted: number[], what: string): void {
    assert.ok(counted.length > 0, what);
    assert.deepEqual(counted, counted.map((_, index) => (counted[0] ?? 0) + index), what);
}

test("all hooks of a page share their streams, show each line once, and notice what happens", { skip }, async () => {
    const ghost = await LiveGhost.up(configuration, { "api.sh": script });
    const proxy = await Proxy.start(ghost);
    let shown: Shown | null = null;
    const fresh: LogEntry[] = [];
    const Board = (): null => {
        const health = useOrchestratorHealth();
        const panel = useDaemonHealth();
        const daemons = useDaemons();
        const logs = useLogStream({ daemon: "api", maxEntries: 2000, onNewLog: (entry) => fresh.push(entry) });
        const errors = useErrorLogs({ maxEntries: 2000 });
        const events = useOrchestrationEvents();
        const spare = daemons.daemons?.find(({ name }: DaemonStatus) => name === "spare");
        shown = {
            sequence: health.data?.sequence ?? -1,
            running: panel.data?.runningCount ?? -1,
            spare: spare?.phase ?? "none",
            lines: logs.logs,
            errors: errors.logs,
            events: events.events.length,
            faults: [health, panel, daemons, logs, errors, events].flatMap(({ error }) => error ?? []),
        };
        return null;
    };
    const now = (): Shown => shown ?? assert.fail("nothing is shown");
    const count = (path: string): number => proxy.requests.filter((each) => each.path.split("?")[0] === path).length;
    const root = createRoot(document.createElement("div"));
    const shared = new SharedGhost({ baseUrl: proxy.url });
    const board = React.createElement(GhostProvider, { ghost: shared }, React.createElement(Board));
    // Mounted twice, as React does in development.
    root.render(React.createElement(React.StrictMode, null, board));
    try {
        await until("the page is there", () => shown !== null);
        await until("all is shown", () => now().running === 5 && now().spare === "up" && now().lines.length > 20);
        await until("errors are shown", () => now().errors.length > 5);
        await pause(3000);
        const asked = Object.fromEntries(["/api/v1/daemons", "/api/daemon-status"].map((path) => [path, count(path)]));
        const headers = { Authorization: `Bearer ${ghost.token}` };
        await ghost.get("/api/v1/daemons/spare/stop?wait=10s", { method: "POST", headers });
        await until("the hook notices that a daemon was stopped", () => now().spare === "down", 3000);
        assert.ok(now().events > 0);
        await pause(1500);

        const { lines, errors, faults } = now();
        assert.deepEqual(faults, []);
        assertConsecutive(numbers(lines, "tick"), "lines of one daemon");
        assertConsecutive(numbers(lines, "tock"), "its errors among them");
        assertConsecutive(numbers(errors, "tock"), "errors alone");
        assertConsecutive(numbers(fresh, "tick"), "lines that were told as new");
        assert.ok(lines.every(({ level, message }) => level === (message.includes("tock") ? "error" : "info")));
        assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length);

        assert.equal(count("/api/orchestrator/stream"), 1);
        assert.equal(count("/api/v1/logs/stream"), 2, "one for each filter");
        assert.equal(count("/api/v1/logs"), 2);
        assert.equal(count("/api/orchestrator/status"), 0);
        // Asked for again when the stream tells of a change that concerns them, and never by the clock.
        for (const [path, before] of Object.entries(asked)) {
            assert.ok(before <= 3, `${path} was asked ${before} times while nothing happened`);
            assert.ok(count(path) - before <= 4, `${path} was asked ${count(path) - before} times for one stop`);
        }
        // The stream, two of lines, and the requests, which follow each other on what is open.
        assert.ok(proxy.connections <= 8, `${proxy.connections} connections`);
    } finally {
        root.unmount();
        await pause(1500);
        assert.equal(proxy.pending, 0, "nothing is left open behind a page that is gone");
        proxy.close();
        await ghost.close();
    }
});
