// The scenarios in `conformance`, which the other clients play as well, with a real server.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { SharedGhost } from "@ghost/client";
import { readScenarios } from "../conformance/read.js";
import type { ClientScenario, ServerScenario } from "../conformance/scenario.js";
import { playToServer } from "../conformance/server.js";
import { usual } from "../test/fake/station.js";
import { LiveGhost, pause, skip, until } from "./ghost.js";
import { playWithServer, Servers } from "./play.js";
import { Proxy } from "./proxy.js";

const servers = new Servers();
after(() => servers.close());

for (const scenario of readScenarios<ClientScenario>("client")) {
    test(`this client and a real server: ${scenario.name}`, { skip }, async () => {
        const { actual, expected } = await playWithServer(scenario, servers);
        assert.deepEqual(actual, expected);
    });
}

for (const scenario of readScenarios<ServerScenario>("server")) {
    test(`a real server: ${scenario.name}`, { skip }, async () => {
        const { url } = await servers.of("e");
        assert.deepEqual(await playToServer(scenario, url, (path, init) => fetch(path, init)), []);
    });
}

test("who comes back after more changes than are kept is told so, and has the newest state", { skip }, async () => {
    const server = await LiveGhost.monitor();
    const proxy = await Proxy.start(server);
    const ghost = new SharedGhost({ baseUrl: proxy.url, sharing: "page" });
    const want = ghost.orchestration.want({ ...usual, retryDelay: 10 });
    const state = () => ghost.orchestration.store.get();
    try {
        await until("the state is there", () => state().data !== null && state().connection === "open");
        const known = state().data?.sequence ?? 0;
        proxy.answer = (_, response) => response.destroy();
        proxy.cut();
        // What is kept of events is bounded in bytes, and a cause is told with up to 256 of them.
        const why = "because ".repeat(40);
        let written = 0;
        for (; written < 1000; written += 1, await pause(6)) {
            server.write("watchdog", `❌ worker restart attempt ${written} - ${why}`);
            server.write("executor", `❌ task ${written} failed: ${why}`);
            server.write("lifecycle", `❌ Daemon failed to start: worker - ${why}`);
        }
        proxy.answer = (asked, response) => proxy.forward(asked, response);
        void ghost.orchestration.refetch();
        await until("the client is back", () => state().connection === "open" && state().gaps > 0);
        await until("it has the newest state", () => state().data?.executor.failedTasks === written);
        assert.equal(state().gaps, 1);
        assert.equal(state().error, null);
        assert.match(proxy.requests.at(-1)?.lastEventId ?? "", new RegExp(`-${known}$`));
    } finally {
        want.release();
        proxy.close();
        await server.close();
    }
});
