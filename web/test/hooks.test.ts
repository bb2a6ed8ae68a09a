import { Page } from "./fake/render.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { OrchestrationData, SentinelState } from "@ghost/react";
import * as hooks from "@ghost/react";
import { answers } from "./fake/server.js";
import { statusPath, streamPath } from "./fake/station.js";

const {
    useComponentHealth,
    useDaemonHealth,
    useDaemons,
    useDaemonStats,
    useDaemonStatus,
    useOrchestrationEvents,
    useOrchestrationHealth,
    useOrchestrationStats,
    useOrchestratorHealth,
    useSystemHealth,
} = hooks;

test("useOrchestratorHealth: data, loading, error, refetch", async () => {
    const page = new Page();
    const hook = await page.mount(() => useOrchestratorHealth());
    assert.equal(hook.seen[0]?.data, null);
    assert.equal(hook.seen[0]?.loading, true);
    assert.equal(hook.seen[0]?.error, null);
    const { data, loading, error, refetch } = hook.last;
    assert.equal(loading, false);
    assert.equal(error, null);
    assert.equal(data?.sentinel.status, "active");
    assert.equal(data?.orchestration.sentinel, data?.sentinel);
    assert.equal(data?.lastUpdate, "2026-11-22T12:00:00.000Z");
    assert.equal(page.server.requests.length, 1);
    let outcome: unknown = "pending";
    await page.do(async () => {
        outcome = await refetch();
    });
    assert.equal(outcome, undefined);
    assert.equal(page.server.count(statusPath), 1);
    assert.equal(hook.last.refetch, refetch);
    await page.close();
});

test("the connection and the fields of TanStack Query are there, and agree", async () => {
    const page = new Page();
    const hook = await page.mount(() => useOrchestratorHealth());
    assert.equal(hook.seen[0]?.status, "pending");
    assert.equal(hook.seen[0]?.isPending, true);
    const { status, isPending, isSuccess, isError, isLoading, isFetching, isStreaming, connection } = hook.last;
    assert.deepEqual(
        { status, isPending, isSuccess, isError, isLoading, isFetching, isStreaming, connection },
        {
            status: "success",
            isPending: false,
            isSuccess: true,
            isError: false,
            isLoading: false,
            isFetching: false,
            isStreaming: true,
            connection: "open",
        },
    );
    assert.equal(hook.last.dataUpdatedAt, page.clock.now());
    await page.do(() => page.server.drop());
    assert.equal(hook.last.connection, "waiting");
    assert.equal(hook.last.isStreaming, false);
    assert.ok(hook.last.retryAt !== null && hook.last.retryAt - page.clock.now() <= 2000);
    await page.close();
});

test("useComponentHealth, useOrchestrationHealth, useOrchestrationStats", async () => {
    const page = new Page();
    const sentinel = await page.mount(() => useComponentHealth("sentinel"));
    const health = await page.mount(() => useOrchestrationHealth());
    const stats = await page.mount(() => useOrchestrationStats());
    assert.equal(sentinel.seen[0]?.component, null);
    assert.equal(health.seen[0]?.health ?? null, "healthy", "what another component fetched is there at once");
    const component: SentinelState | null = sentinel.last.component;
    assert.equal(component?.monitoring, false);
    const all = { activeComponents: 5, errorComponents: 0, totalComponents: 5, healthPercentage: 100 };
    assert.deepEqual(stats.last.stats, all);
    await page.do(() => page.server.commit("sentinel", { status: "error", error: "it failed", monitoring: true }));
    assert.equal(sentinel.last.component?.error, "it failed");
    assert.equal(health.last.health, "warning");
    assert.deepEqual(stats.last.stats, { ...all, activeComponents: 4, errorComponents: 1, healthPercentage: 80 });
    assert.equal(page.server.requests.length, 1);
    await page.close();
});

test("useComponentHealth follows its argument", async () => {
    const page = new Page();
    const hook = await page.mount(() => useComponentHealth("sentinel") as { component: object | null });
    assert.ok(hook.last.component !== null && "monitoring" in hook.last.component);
    await hook.rerender(() => useComponentHealth("executor"));
    assert.ok(hook.last.component !== null && "completedTasks" in hook.last.component);
    await page.close();
});

test("the four hooks about daemons: one request for all, and one more when something changes", async () => {
    const page = new Page();
    const data = await page.mount(() => useDaemonHealth());
    const status = await page.mount(() => useDaemonStatus("ghost-watchdog"));
    const health = await page.mount(() => useSystemHealth());
    const stats = await page.mount(() => useDaemonStats());
    const nobody = await page.mount(() => useDaemonStatus("nobody"));
    assert.equal(data.last.data?.totalCount, 5);
    assert.equal(status.last.status?.running, true);
    assert.equal(nobody.last.status, null);
    assert.equal(nobody.last.loading, false);
    assert.equal(health.last.health, "healthy");
    assert.deepEqual(stats.last.stats, { total: 5, running: 5, failed: 0 });
    await page.pass(30_000);
    assert.equal(page.server.count("/api/daemon-status"), 1, "while the stream is open nothing is polled");
    await page.do(() => page.server.commit("watchdog", { status: "error", error: "crashed" }));
    assert.equal(page.server.count("/api/daemon-status"), 2);
    assert.equal(status.last.status?.error, "crashed");
    assert.deepEqual(stats.last.stats, { total: 5, running: 4, failed: 1 });
    await page.do(() => page.server.commit("executor", { completedTasks: 4 }));
    assert.equal(page.server.count("/api/daemon-status"), 2, "what concerns no daemon asks for none");
    await page.do(() => page.server.drop());
    await page.pass(2000);
    assert.equal(page.server.count("/api/daemon-status"), 3, "a new connection may mean a new process");
    await page.close();
    await page.pass(1000);
    assert.equal(page.clock.timerCount, 0);
});

test("useDaemonHealth polls every 5 s where there is no stream, and asks for nothing else", async () => {
    const page = new Page();
    page.server.kind = "polled";
    await page.mount(() => useDaemonHealth());
    assert.equal(page.server.count("/api/daemon-status"), 1);
    await page.pass(4999);
    assert.equal(page.server.count("/api/daemon-status"), 1);
    await page.pass(1);
    assert.equal(page.server.count("/api/daemon-status"), 2);
    await page.pass(10_000);
    assert.equal(page.server.count("/api/daemon-status"), 4);
    assert.equal(page.server.count(statusPath), 0);
    assert.equal(page.server.count(streamPath), 1);
    await page.close();
});

test("useDaemons and useOrchestrationEvents", async () => {
    const page = new Page();
    const daemons = await page.mount(() => useDaemons({ select: (list) => list.map(({ name }) => name) }));
    const events = await page.mount(() => useOrchestrationEvents());
    assert.deepEqual(daemons.last.daemons, ["api"]);
    await page.do(() => page.server.commit("watchdog", { restartCount: 1 }));
    assert.deepEqual(events.last.events.map(({ cause }) => cause), ["change 8"]);
    assert.equal(page.server.count("/api/v1/daemons"), 2, "a restart concerns the daemons");
    await page.close();
});

test("defaults: 10 s, 3 retries from 2 s for the orchestration", async () => {
    const page = new Page();
    page.server.kind = "polled";
    await page.mount(() => useOrchestratorHealth({ onError: () => {} }));
    await page.pass(9999);
    assert.equal(page.server.count(statusPath), 1);
    page.server.always(answers.offline);
    await page.pass(1);
    await page.pass(14_000);
    assert.equal(page.server.count(statusPath), 2 + 3);
    await page.close();
});

test("options: pollingInterval and refetchInterval, false for never, and a change of them while mounted", async () => {
    const page = new Page();
    page.server.kind = "polled";
    let options: hooks.HookOptions = { refetchInterval: 1000 };
    const hook = await page.mount(() => useOrchestratorHealth(options));
    await page.pass(3000);
    assert.equal(page.server.count(statusPath), 4);
    options = { pollingInterval: 60_000 };
    await hook.rerender();
    await page.pass(59_000);
    assert.equal(page.server.count(statusPath), 4);
    options = { refetchInterval: false };
    await hook.rerender();
    await page.pass(250_000);
    assert.equal(page.server.count(statusPath), 4);
    await page.close();
});

test("options: enabled", async () => {
    const page = new Page();
    let enabled = false;
    const hook = await page.mount(() => useOrchestratorHealth({ enabled }));
    assert.equal(hook.last.loading, false);
    assert.equal(hook.last.status, "pending");
    assert.equal(page.server.requests.length, 0);
    enabled = true;
    await hook.rerender();
    assert.equal(hook.last.data?.sequence, 7);
    assert.equal(page.server.requests.length, 1);
    await page.close();
});

test("options: select, also one written inline, renders only when what it takes changes", async () => {
    const page = new Page();
    const hook = await page.mount(() => {
        const { data } = useOrchestratorHealth({ select: (all) => ({ restarts: all.watchdog.restartCount }) });
        return data;
    });
    const first = hook.last;
    const { renders } = hook;
    for (let n = 1; n <= 10; n += 1) await page.do(() => page.server.commit("executor", { completedTasks: n }));
    assert.equal(hook.renders, renders);
    await page.do(() => page.server.commit("watchdog", { restartCount: 1 }));
    assert.equal(hook.renders, renders + 1);
    assert.deepEqual(hook.last, { restarts: 1 });
    await hook.rerender();
    assert.equal(hook.seen.at(-1), hook.seen.at(-2), "equal values keep their identity");
    assert.notEqual(hook.last, first);
    await page.close();
});

test("a component renders only when something changes that it read", async () => {
    const page = new Page();
    const health = await page.mount(() => useOrchestrationHealth().health);
    const watchdog = await page.mount(() => useComponentHealth("watchdog").component);
    const before = [health.renders, watchdog.renders];
    for (let n = 1; n <= 20; n += 1) await page.do(() => page.server.commit("executor", { completedTasks: n }));
    await page.do(() => page.server.drop());
    await page.pass(2000);
    assert.deepEqual([health.renders, watchdog.renders], before);
    await page.close();
});

test("options: initialData is shown at once and is no loading", async () => {
    const page = new Page();
    const initialData: OrchestrationData = { ...page.server.data, overallHealth: "critical" };
    const hook = await page.mount(() => useOrchestrationHealth({ initialData }));
    assert.equal(hook.seen[0]?.health, "critical");
    assert.equal(hook.seen.some(({ loading }) => loading), false);
    assert.equal(hook.last.health, "healthy");
    await page.close();
});

test("onError is called once after the retries, and again only after a success; the last good data stay", async () => {
    const page = new Page();
    page.server.kind = "polled";
    const told: Error[] = [];
    const hook = await page.mount(() => useOrchestratorHealth({ onError: (error) => told.push(error) }));
    for (let round = 1; round <= 2; round += 1) {
        page.server.always(answers.status(500));
        await page.pass(10_000);
        assert.equal(hook.last.error?.message, "HTTP 500: Status 500");
        assert.equal(hook.last.data?.sequence, 7);
        assert.equal(hook.last.loading, false);
        assert.equal(told.length, round - 1, "not before the retries are used up");
        await page.pass(60_000);
        assert.equal(told.length, round);
        page.server.always(null);
        await page.pass(10_000);
        assert.equal(hook.last.error, null);
    }
    await page.close();
});

test("onError by default is console.error, once for an error however many components see it", async () => {
    const page = new Page();
    const original = console.error;
    const told: unknown[] = [];
    console.error = (...all: unknown[]) => void told.push(all[0]);
    try {
        page.server.next(streamPath, answers.status(403));
        await page.mount(() => useOrchestratorHealth(), { copies: 5 });
    } finally {
        console.error = original;
    }
    assert.equal(told.length, 1);
    assert.equal((told[0] as Error).message, "HTTP 403: Status 403");
    await page.close();
});

test("50 components are one connection", async () => {
    const page = new Page();
    let interval = 1000;
    const hook = await page.mount(() => useOrchestratorHealth({ pollingInterval: interval++ }), { copies: 50 });
    await page.pass(20_000);
    assert.equal(page.server.requests.length, 1);
    assert.equal(page.server.openStreams.length, 1);
    assert.equal(hook.last.data?.sequence, 7);
    await page.close();
    await page.pass(1000);
    assert.equal(page.server.openStreams.length, 0);
    assert.equal(page.clock.timerCount, 0);
});

test("StrictMode mounts twice and asks once", async () => {
    for (const [path, hook] of [
        [streamPath, () => useOrchestratorHealth().data],
        ["/api/daemon-status", () => useDaemonHealth().data],
        ["/api/v1/logs", () => hooks.useLogStream().logs],
    ] as [string, () => unknown][]) {
        const page = new Page();
        const mounted = await page.mount(hook, { strict: true });
        assert.ok(mounted.last !== null);
        assert.equal(page.server.count(path), 1, path);
        await page.pass(20_000);
        assert.equal(page.server.count(path), 1, path);
        await page.close();
    }
});

test("a component that is unmounted and mounted again soon keeps the connection", async () => {
    const page = new Page();
    const first = await page.mount(() => useOrchestratorHealth());
    await first.unmount();
    await page.pass(900);
    const second = await page.mount(() => useOrchestratorHealth());
    await page.pass(5000);
    assert.equal(second.seen[0]?.data?.sequence, 7);
    assert.equal(page.server.requests.length, 1);
    await page.close();
});

test("a restart of the server is seen as waiting, not as an error, and nothing is lost", async () => {
    const page = new Page();
    const hook = await page.mount(() => {
        const { data, error, connection, loading } = useOrchestratorHealth();
        return { completed: data?.executor.completedTasks, error, connection, loading };
    });
    await page.do(() => page.server.drop());
    page.server.commit("executor", { completedTasks: 11 });
    await page.pass(2000);
    assert.equal(hook.last.completed, 11);
    assert.deepEqual([...new Set(hook.seen.slice(2).map(({ error, loading }) => [error, loading].join()))], [",false"]);
    assert.ok(hook.seen.some(({ connection }) => connection === "waiting"));
    await page.close();
});
