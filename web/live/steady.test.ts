import assert from "node:assert/strict";
import { test } from "node:test";
import { skip } from "./ghost.js";
import { beSteady, faultsOf } from "./steady.js";

test("a mounted hook costs one stream and no poll, and comes back after the server was away", { skip }, async () => {
    const report = await beSteady(11_000, 6000, () => {});
    assert.deepEqual(faultsOf(report), [], JSON.stringify(report));
});

test("the check of what was counted finds too many requests, and a delay beyond its bound", () => {
    const good = {
        seconds: 1, connections: 1, streams: 1, others: 0, subscriptions: 1, written: 2, shown: 2, renders: 3,
        heap: [1, 1] as [number, number], delays: [{ waited: 1900, bound: 2000 }], othersWhileDown: 0, back: 10,
    };
    assert.deepEqual(faultsOf(good), []);
    const wrong = [
        { streams: 2 }, { connections: 3 }, { others: 1 }, { subscriptions: 0 }, { shown: 1 }, { delays: [] },
        { othersWhileDown: 1 }, { delays: [{ waited: 2600, bound: 2000 }] }, { back: 31_000 },
    ];
    for (const part of wrong) assert.equal(faultsOf({ ...good, ...part }).length, 1, JSON.stringify(part));
});
