// The faults that the hooks of the system before this one had, each as a test that its hooks would fail.
import { Page } from "./fake/render.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { useDaemonHealth, useLogStream, useOrchestratorHealth } from "@ghost/react";
import { useEffect, useState } from "react";
import { answers, json } from "./fake/server.js";
import { statusPath } from "./fake/station.js";

function polled(): Page {
    const page = new Page();
    page.server.kind = "polled";
    return page;
}

test("fault 21: options that are new at each render do not subscribe anew", async () => {
    const page = polled();
    const hook = await page.mount(() => useOrchestratorHealth({ pollingInterval: 10_000, onError: () => {} }));
    for (let n = 0; n < 50; n += 1) await hook.rerender();
    assert.equal(page.server.count(statusPath), 1);
    await page.close();
});

test("fault 22: a retry is one request; retries and polling do not stack", async () => {
    const page = polled();
    await page.mount(() => useOrchestratorHealth({ onError: () => {} }));
    page.server.always(answers.offline);
    await page.pass(10_000);
    const times = page.server.requests.filter(({ path }) => path === statusPath).map(({ at }) => at);
    await page.pass(120_000);
    const all = page.server.requests.filter(({ path }) => path === statusPath).map(({ at }) => at);
    const gaps = all.slice(times.length).map((at, index) => at - (all[times.length + index - 1] ?? 0));
    assert.ok(gaps.slice(3).every((gap) => gap === 10_000), `after the retries: ${gaps.join(" ")}`);
    assert.ok(gaps.slice(0, 3).every((gap, index) => gap <= 2000 * 2 ** index), `retries: ${gaps.join(" ")}`);
    await page.close();
});

test("fault 23: the ceiling of the delays grows", async () => {
    const longest = [0, 0, 0];
    for (let seed = 1; seed <= 40; seed += 1) {
        const page = polled();
        // Other seeds by other numbers of draws.
        for (let n = 0; n < seed; n += 1) page.tab.environment.random();
        await page.mount(() => useOrchestratorHealth({ onError: () => {} }));
        page.server.always(answers.offline);
        const start = page.server.requests.length;
        await page.pass(24_000);
        const times = page.server.requests.slice(start).map(({ at }) => at);
        for (let n = 0; n < 3; n += 1) {
            longest[n] = Math.max(longest[n] ?? 0, (times[n + 1] ?? 0) - (times[n] ?? 0));
        }
        await page.close();
    }
    assert.ok((longest[0] ?? 0) > 1500 && (longest[0] ?? 0) <= 2000, longest.join(" "));
    assert.ok((longest[1] ?? 0) > 3000 && (longest[1] ?? 0) <= 4000, longest.join(" "));
    assert.ok((longest[2] ?? 0) > 6000 && (longest[2] ?? 0) <= 8000, longest.join(" "));
});

test("fault 24: after unmounting no request is sent, the running one is aborted, and no timer is left", async () => {
    const hang = (page: Page): void => page.server.always(answers.never);
    const fail = (page: Page): void => page.server.always(answers.offline);
    const drop = (page: Page): void => {
        page.server.kind = "ghost";
    };
    for (const prepare of [hang, fail, drop, () => {}]) {
        const page = polled();
        prepare(page);
        const options = { onError: () => {} };
        const useAll = (): unknown[] => {
            return [useOrchestratorHealth(options), useDaemonHealth(options), useLogStream(options)];
        };
        const hook = await page.mount(useAll);
        await page.pass(100);
        await hook.unmount();
        const sent = page.server.requests.length;
        if (prepare === drop) page.server.drop();
        await page.pass(1000);
        const pending = page.server.requests.filter(({ signal }) => signal?.aborted === false);
        await page.pass(600_000);
        assert.equal(page.server.requests.length, sent);
        assert.equal(page.clock.timerCount, 0);
        if (prepare === hang) assert.equal(pending.length, 0, "what hung was aborted");
    }
});

test("fault 25: an answer that comes late does not overwrite newer data", async () => {
    const page = polled();
    const hook = await page.mount(() => useOrchestratorHealth());
    const release = page.server.hold(statusPath);
    let late: Promise<void> | null = null;
    await page.do(() => {
        late = hook.last.refetch();
    });
    page.server.commit("watchdog", { restartCount: 2 });
    await page.do(() => hook.last.refetch);
    await page.pass(9000);
    release();
    await page.do(() => late);
    await page.pass(10_000);
    assert.equal(hook.last.data?.watchdog.restartCount, 2);
    const sequences = hook.seen.map(({ data }) => data?.sequence ?? 0);
    assert.deepEqual(sequences, [...sequences].sort((left, right) => left - right));
    await page.close();
});

test("fault 26: loading does not flicker", async () => {
    const page = polled();
    const hook = await page.mount(() => useOrchestratorHealth({ onError: () => {} }));
    for (const answer of [null, answers.offline, null]) {
        page.server.always(answer);
        const release = page.server.hold(statusPath);
        await page.pass(10_000);
        assert.equal(hook.last.isFetching, true, "a request is under way");
        assert.equal(hook.last.loading, false);
        await page.do(release);
        await page.pass(2000);
    }
    const changes = hook.seen.filter(({ loading }, index) => index > 0 && loading !== hook.seen[index - 1]?.loading);
    assert.deepEqual(changes.map(({ loading }) => loading), [false]);
    await page.close();
});

test("fault 27: components nested or flat, values outside the types and absent fields are read", async () => {
    const component = { status: "inactive", lastCheck: "t", error: null };
    const components = { sentinel: component, watchdog: component, lastUpdate: "then" };
    const nested = { orchestration: components, timestamp: "now" };
    const flat = { ...components, timestamp: "now" };
    for (const data of [nested, flat]) {
        const page = polled();
        page.server.next(statusPath, () => json({ status: "success", data }));
        const hook = await page.mount(() => useOrchestratorHealth());
        assert.equal(hook.last.data?.sentinel.status, "unknown");
        assert.equal(hook.last.data?.lastUpdate, "then");
        assert.equal(hook.last.data?.watchdog.failedCount, 0);
        assert.deepEqual(hook.last.data?.sentinel.recentErrors, []);
        await page.close();
    }
});

test("fault 28: entries of one millisecond, zones and undated lines are neither lost nor repeated", async () => {
    const page = polled();
    const now = (): string => new Date(page.clock.now()).toISOString();
    const at = "2026-11-22T11:00:00.000Z";
    const lines: { timestamp?: string; message: string }[] = [{ timestamp: at, message: "a" }, { message: "undated" }];
    const dated = () => lines.slice(-10).map((line) => ({ timestamp: now(), ...line }));
    const answer = (): void => page.server.next("/api/recent-logs", () => json(dated()));
    answer();
    const hook = await page.mount(() => useLogStream().logs.map(({ message }) => message));
    const poll = async (...more: typeof lines): Promise<void> => {
        lines.push(...more);
        answer();
        await page.pass(2000);
    };
    await poll();
    await poll({ timestamp: at, message: "b" }, { timestamp: at, message: "b" });
    await poll({ timestamp: "2026-11-22T11:00:00.000000", message: "zone-less" });
    await poll({ message: "undated" });
    await poll();
    assert.deepEqual(hook.last, ["a", "undated", "b", "b", "zone-less", "undated"]);
    await page.close();
});

test("fault 29: the timeout covers the body", async () => {
    const page = polled();
    const begun = new TextEncoder().encode('{"status":');
    const body = new ReadableStream({ start: (controller) => controller.enqueue(begun) });
    page.server.next(statusPath, () => new Response(body, { headers: { "Content-Type": "application/json" } }));
    const hook = await page.mount(() => useOrchestratorHealth({ onError: () => {} }));
    await page.pass(9999);
    assert.equal(hook.last.error, null);
    assert.equal(hook.last.loading, true);
    await page.pass(1);
    assert.equal(hook.last.error?.code, "timeout");
    assert.equal(hook.last.loading, false);
    await page.pass(2000);
    assert.equal(hook.last.data?.sequence, 7);
    await page.close();
});

test("fault 30: equal data keep their identity, so that effects on them do not run in a loop", async () => {
    const page = polled();
    let runs = 0;
    const hook = await page.mount(() => {
        const { data } = useDaemonHealth();
        const daemons = data?.daemons;
        const [, setCount] = useState(0);
        useEffect(() => {
            runs += 1;
            setCount((count) => count + 1);
        }, [daemons]);
        return daemons;
    });
    await page.pass(60_000);
    assert.equal(page.server.count("/api/daemon-status"), 13);
    assert.equal(hook.last?.length, 5);
    assert.ok(runs <= 3, `the effect ran ${runs} times`);
    await page.close();
});

test("fault 24, further: what was aborted by unmounting leaves no error and does not disturb the next mount", async () => {
    const page = polled();
    const told: Error[] = [];
    const onError = (error: Error): void => void told.push(error);
    page.server.next("/api/daemon-status", answers.never);
    const first = await page.mount(() => useDaemonHealth({ onError }));
    await first.unmount();
    await page.pass(0);
    assert.equal(page.ghost.componentDaemons.store.get().error, null);
    assert.equal(page.ghost.componentDaemons.store.get().isFetching, false);
    const release = page.server.hold("/api/daemon-status");
    const second = await page.mount(() => useDaemonHealth({ onError }));
    assert.equal(second.last.isFetching, true);
    await page.do(release);
    assert.equal(second.last.data?.totalCount, 5);
    assert.ok(second.seen.every(({ error }) => error === null));
    assert.equal(page.server.count("/api/daemon-status"), 2);
    assert.deepEqual(told, []);
    await page.close();
});
