// Uses both packages as a program of somebody else does, in a process without a page.
import assert from "node:assert/strict";

const before = new Set([...Object.getOwnPropertyNames(globalThis), ...process.eventNames()]);
const client = await import("@ghost/client");
const react = await import("@ghost/react");
const after = [...Object.getOwnPropertyNames(globalThis), ...process.eventNames()];
assert.deepEqual(after.filter((name) => !before.has(name)), [], "loading the packages leaves something behind");
assert.equal(react.GhostClient, client.GhostClient, "both packages share their classes");
for (const name of ["GhostClient", "SharedGhost", "GhostError", "parseOrchestration"]) {
    assert.equal(typeof client[name], "function", name);
}
const hooks = Object.keys(react).filter((name) => name.startsWith("use"));
const documented = [
    "useComponentHealth", "useDaemonHealth", "useDaemonLogs", "useDaemonStats", "useDaemonStatus", "useDaemons",
    "useErrorLogs", "useGhost", "useLogStream", "useOrchestrationEvents", "useOrchestrationHealth",
    "useOrchestrationStats", "useOrchestratorHealth", "useSystemHealth",
];
assert.deepEqual(hooks.sort(), documented);

// Neither making clients nor asking a server that is not there keeps the process from ending.
const ghost = new client.SharedGhost({ baseUrl: "http://127.0.0.1:9" });
const error = await ghost.client.status({ timeout: 2000 }).catch((thrown) => thrown);
assert.ok(error instanceof client.GhostError);
assert.equal(error.code, "network");
console.log("Node loads both packages.");
