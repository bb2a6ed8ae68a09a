import { Page } from "./fake/render.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { useOrchestratorHealth } from "@ghost/react";
import { FakeOrigin } from "./fake/browser.js";

test("hooks in two tabs share one connection; when the leading tab dies, the other misses nothing", async () => {
    const origin = new FakeOrigin();
    const first = new Page({ origin });
    const second = new Page({ origin, beside: first });
    const useTab = () => {
        const { data, error, loading, connection } = useOrchestratorHealth();
        return { completed: data?.executor.completedTasks, error, loading, connection };
    };
    await first.mount(useTab);
    const hook = await second.mount(useTab);
    assert.equal(first.server.requests.length, 1);
    for (let n = 1; n <= 30; n += 1) {
        await second.do(() => first.server.commit("executor", { completedTasks: n }));
        if (n !== 15) continue;
        first.tab.crash();
        first.server.streams[0]?.end();
    }
    assert.equal(hook.last.completed, 30);
    const counts = hook.seen.map(({ completed }) => completed ?? 0);
    assert.deepEqual([...new Set(counts)], Array.from({ length: 31 }, (_, n) => n), "each change was shown");
    assert.ok(hook.seen.every(({ error }) => error === null));
    const loaded = hook.seen.findIndex(({ loading }) => !loading);
    assert.ok(hook.seen.slice(loaded).every(({ loading }) => !loading));
    assert.equal(first.server.requests.length, 2);
    assert.equal(first.server.openStreams.length, 1);
    await second.close();
});
