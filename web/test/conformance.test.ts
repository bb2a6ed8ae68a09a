import assert from "node:assert/strict";
import { test } from "node:test";
import { playToClient } from "../conformance/client.js";
import { readScenarios } from "../conformance/read.js";
import type { ClientScenario, ServerScenario } from "../conformance/scenario.js";
import { playToServer } from "../conformance/server.js";
import { FakeServer, json } from "./fake/server.js";

for (const scenario of readScenarios<ClientScenario>("client")) {
    test(`this client: ${scenario.name}`, async () => {
        assert.deepEqual(await playToClient(scenario), scenario.expect);
    });
}

for (const scenario of readScenarios<ServerScenario>("server")) {
    test(`the server of these tests: ${scenario.name}`, async () => {
        const server = new FakeServer(() => 0);
        assert.deepEqual(await playToServer(scenario, "http://ghost.test", server.fetch), []);
    });
}

test("a server that is wrong is found out", async () => {
    const scenarios = readScenarios<ServerScenario>("server");
    const wrong = async (): Promise<Response> => json({ status: "success", data: {} });
    for (const scenario of scenarios) {
        assert.ok((await playToServer(scenario, "http://ghost.test", wrong)).length > 0, scenario.name);
    }
    // One that always begins anew.
    const server = new FakeServer(() => 0);
    const forgetful = (url: string, init: RequestInit = {}): Promise<Response> =>
        server.fetch(url.split("?")[0] ?? url, { ...init, headers: {} });
    const resume = scenarios.find(({ name }) => name.includes("goes on behind")) ?? assert.fail("no such scenario");
    const faults = await playToServer(resume, "http://ghost.test", forgetful);
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? "", /there came snapshot/);
});
