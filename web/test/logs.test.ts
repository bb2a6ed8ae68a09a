import { Page } from "./fake/render.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogEntry } from "@ghost/react";
import { useDaemonLogs, useErrorLogs, useLogStream } from "@ghost/react";
import { guessLevel } from "@ghost/client/log-entries.js";
import { answers, frame, json } from "./fake/server.js";

const messages = (entries: readonly LogEntry[]): string[] => entries.map(({ message }) => message);
const streamPath = "/api/v1/logs/stream";

test("useLogStream: the newest lines first by a page, then each new one by the stream, none twice", async () => {
    const page = new Page();
    for (let n = 1; n <= 3; n += 1) page.server.log(`old ${n}`);
    const fresh: string[] = [];
    const hook = await page.mount(() => useLogStream({ onNewLog: ({ message }) => fresh.push(message) }));
    assert.deepEqual(hook.seen[0]?.logs, []);
    assert.equal(hook.seen[0]?.loading, true);
    assert.deepEqual(messages(hook.last.logs), ["old 1", "old 2", "old 3"]);
    await page.do(() => page.server.log("new 1", { level: "warning" }));
    await page.do(() => {
        page.server.log("new 2", { level: "fatal", daemon: "db" });
        page.server.log("new 3");
    });
    assert.deepEqual(messages(hook.last.logs), ["old 1", "old 2", "old 3", "new 1", "new 2", "new 3"]);
    assert.deepEqual(fresh, ["new 1", "new 2", "new 3"]);
    const entry = hook.last.logs[4];
    assert.deepEqual(entry, {
        id: "c5",
        timestamp: "2026-11-22T12:00:00.000Z",
        level: "error",
        message: "new 2",
        daemon: "db",
        metadata: { file: "api.log", generation: 1, offset: 500 },
    });
    assert.equal(hook.last.isStreaming, true);
    assert.deepEqual(page.server.requests.map(({ path }) => path), ["/api/v1/logs", streamPath]);
    await page.close();
    await page.pass(1000);
    assert.equal(page.clock.timerCount, 0);
});

test("the stream of lines resumes behind the last one", async () => {
    const page = new Page();
    page.server.log("1");
    const hook = await page.mount(() => useLogStream());
    await page.do(() => page.server.log("2"));
    await page.do(() => page.server.drop());
    page.server.log("3");
    page.server.log("4");
    await page.pass(2000);
    assert.deepEqual(messages(hook.last.logs), ["1", "2", "3", "4"]);
    assert.equal(page.server.requests.at(-1)?.headers["Last-Event-ID"], "c2");
    assert.equal(page.server.requests.at(-1)?.query.get("cursor"), "c2");
    await page.close();
});

test("maxEntries bounds what is shown, oldest out first; clearLogs empties this list only", async () => {
    const page = new Page();
    const few = await page.mount(() => useLogStream({ maxEntries: 3, autoScroll: false }));
    const many = await page.mount(() => useLogStream());
    for (let n = 1; n <= 120; n += 1) page.server.log(`${n}`);
    await page.do();
    assert.deepEqual(messages(few.last.logs), ["118", "119", "120"]);
    assert.equal(many.last.logs.length, 100);
    await page.do(() => few.last.clearLogs());
    assert.deepEqual(few.last.logs, []);
    assert.equal(many.last.logs.length, 100);
    await page.do(() => page.server.log("121"));
    assert.deepEqual(messages(few.last.logs), ["121"]);
    assert.equal(page.server.count(streamPath), 1);
    await page.close();
});

test("useErrorLogs and useDaemonLogs ask for their lines and take no others", async () => {
    const page = new Page();
    page.server.log("fine");
    page.server.log("bad", { level: "error" });
    page.server.log("theirs", { daemon: "db" });
    const errors = await page.mount(() => useErrorLogs());
    const db = await page.mount(() => useDaemonLogs("db"));
    assert.deepEqual(messages(errors.last.logs), ["bad"]);
    assert.deepEqual(messages(db.last.logs), ["theirs"]);
    await page.do(() => page.server.log("worse", { level: "error" }));
    assert.deepEqual(messages(errors.last.logs), ["bad", "worse"]);
    const queries = page.server.requests.filter(({ path }) => path === streamPath).map(({ query }) => query.toString());
    assert.deepEqual(queries, ["level=error&cursor=c3", "daemon=db&cursor=c3"]);
    await page.close();
});

test("a gap is counted by the feed, and lines go on", async () => {
    const page = new Page();
    const hook = await page.mount(() => useLogStream());
    await page.do(() => page.server.streams[0]?.send(frame("gap", null, { lines: 12, reason: "slow" })));
    await page.do(() => page.server.log("after"));
    assert.equal(page.ghost.logs({}).store.get().gaps, 1);
    assert.deepEqual(messages(hook.last.logs), ["after"]);
    await page.close();
});

test("without a stream of lines, pages are polled behind the last one", async () => {
    const page = new Page();
    page.server.log("1");
    page.server.next(streamPath, answers.status(404));
    const hook = await page.mount(() => useLogStream());
    assert.equal(hook.last.connection, "polling");
    page.server.log("2");
    await page.pass(2000);
    page.server.log("3");
    await page.pass(2000);
    assert.deepEqual(messages(hook.last.logs), ["1", "2", "3"]);
    assert.equal(page.server.requests.at(-1)?.query.get("after"), "c2");
    await page.close();
});

test("older servers: the dashboard's list, and where that is absent the listing of the component logs", async () => {
    const page = new Page();
    page.server.kind = "polled";
    page.server.recentLogs = [
        { timestamp: "2026-11-22T11:59:00.000Z", level: "warn", message: "one", daemon: "api" },
        { message: "❌ two" },
        "three",
        null,
    ];
    const hook = await page.mount(() => useLogStream());
    assert.deepEqual(
        hook.last.logs.map(({ level, message, daemon }) => [level, message, daemon]),
        [
            ["warning", "one", "api"],
            ["error", "❌ two", undefined],
            ["info", "three", undefined],
            ["info", "null", undefined],
        ],
    );
    await page.close();

    const other = new Page();
    other.server.kind = "polled";
    other.server.next("/api/recent-logs", answers.status(404));
    const entry = (second: number, message: string, type: string) => {
        return { timestamp: `2026-11-22T11:00:0${second}.000Z`, message, type };
    };
    const listing = { sentinel: [entry(2, "b", "sentinel")], executor: [entry(1, "a", "executor")] };
    other.server.next("/api/logs", () => json({ status: "success", data: { logs: listing } }));
    const listed = await other.mount(() => useLogStream());
    const shown = listed.last.logs.map(({ message, daemon }) => [message, daemon]);
    assert.deepEqual(shown, [["a", "executor"], ["b", "sentinel"]]);
    await other.close();
});

test("a failure of the first page is retried, shown and told, and then mended", async () => {
    const page = new Page();
    const told: Error[] = [];
    page.server.always(answers.offline);
    const hook = await page.mount(() => useLogStream({ onError: (error) => told.push(error) }));
    assert.equal(hook.last.error?.code, "network");
    assert.equal(hook.last.loading, false);
    await page.pass(7000 + 2000);
    assert.equal(told.length, 1);
    page.server.always(null);
    page.server.log("at last");
    await page.pass(2000);
    assert.deepEqual(messages(hook.last.logs), ["at last"]);
    assert.equal(hook.last.error, null);
    await page.close();
});

test("another filter is another list, without entries of the first", async () => {
    const page = new Page();
    page.server.log("mine");
    page.server.log("theirs", { daemon: "db" });
    const hook = await page.mount(() => useLogStream({ daemon: "api" }));
    assert.deepEqual(messages(hook.last.logs), ["mine"]);
    await hook.rerender(() => useLogStream({ daemon: "db" }));
    assert.deepEqual(messages(hook.last.logs), ["theirs"]);
    await page.pass(1000);
    assert.equal(page.server.openStreams.length, 1);
    await page.close();
});

test("the level of a line without one is that of its mark, then that of its words", () => {
    const table: [string, string][] = [
        ["[t] 🟢 health check: healthy (2/2) warning=0 critical=0", "info"],
        ["[t] ✅ api restart attempt 2 after error", "info"],
        ["[t] ❌ task 7 failed", "error"],
        ["[t] 🔴 api NOT running", "error"],
        ["[t] 🟡 SYSTEM WARNING", "warning"],
        ["WARN disk is nearly full", "warning"],
        ["Traceback: Exception in thread", "error"],
        ["terrors of the night", "info"],
        ["", "info"],
    ];
    for (const [message, level] of table) assert.equal(guessLevel(message), level, message);
});
