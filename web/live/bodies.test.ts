// What a real server answers must be what the types say: its bodies, and its description of them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GhostClient } from "@ghost/client";
import { sampledBodies } from "../test/bodies.js";
import type { Claim, Schema } from "../test/type-check.js";
import { schemaFaults, typeFaults } from "../test/type-check.js";
import { LiveGhost, skip, until } from "./ghost.js";

// Daemons that bring about as much as can be told of daemons in a few seconds.
const configuration = `
daemons:
  api:
    command: [sh, ./api.sh]
    ready: { command: "true" }
    alive: { command: [test, -e, alive], action: alert, every: 200ms, failures: 1 }
  broken:
    command: [sh, -c, "echo ERROR it broke in /tmp/x; exit 3"]
    restart: { backoff: { base: 10ms, cap: 50ms } }
  picky: { command: "sleep 1000", needs: [broken] }
  nightly: { command: "true", schedule: { every: 1h } }
tasks: { inbox: ./inbox }
rules:
  components:
    tool:
      daemon: api
      rules:
        - when: "❌ {reason}"
          state: failed
          error: "{reason}"
          count: failures
          alert: { count: failures, over: 0, in: 10m, keep: 15m }
        - when: "tick {n:int}"
          state: active
          count: ticks
          set: { last: "{n}" }
`;
const script = `n=0; while true; do n=$((n+1)); echo "tick $n"; echo "❌ disk $n is full"; sleep 0.3; done\n`;

test("all bodies of a server that supervises, and its description, are as the types say", { skip }, async () => {
    const ghost = await LiveGhost.up(configuration, { "api.sh": script });
    try {
        const client = new GhostClient({ baseUrl: ghost.url });
        await until("there is much to tell", async () => {
            const { rules, watchdog } = await client.status();
            const [daemons, page] = [await client.daemons(), await client.logs()];
            const isFailing = daemons.some(({ probes }) => probes.some(({ verdict }) => verdict === "failing"));
            const isRestarted = watchdog.restartCount + watchdog.failedCount > 3;
            return isFailing && isRestarted && (rules["tool"]?.records ?? 0) > 2 && page.lines.length > 4;
        });
        ghost.change({ "api.sh": `${script}# changed\n` });
        ghost.configure(configuration.replace("every: 1h", "every: 2h").replace("sleep 1000", "sleep 2000"));
        await compareBodies(ghost, client);
    } finally {
        await ghost.close();
    }
});

async function compareBodies(ghost: LiveGhost, client: GhostClient): Promise<void> {
    const claims: Claim[] = [];
    for (const { name, path, type } of sampledBodies) claims.push({ name, type, value: await ghost.get(path) });
    claims.push({ name: "plan", type: "PlanReport", value: await ghost.get("/api/v1/plan") });
    const ruled = await ghost.get("/api/orchestrator/component/tool");
    claims.push({ name: "ruled", type: "SuccessBody<RuleSnapshot>", value: ruled });
    assert.deepEqual(typeFaults(claims), {});

    const { chain } = await client.why("broken");
    assert.ok(chain.length > 1, "the journal tells what led to what");
    const plan = await client.plan();
    assert.deepEqual(plan.daemons.find(({ name }) => name === "picky")?.fate, "restart");
    assert.ok((await client.errors()).errors.length > 0);
    assert.ok((await client.events({ limit: 5 })).events.length === 5);
    assert.ok((await client.usage()).daemons.some(({ name }) => name === "api"));
    const headers = { Authorization: `Bearer ${ghost.token}`, "Content-Type": "application/json" };
    const post = (path: string, body?: string): Promise<unknown> =>
        ghost.get(path, { method: "POST", headers, ...(body === undefined ? {} : { body }) });
    const answers: Claim[] = [
        { name: "order", type: "OrderAnswer", value: await post("/api/v1/daemons/picky/stop") },
        { name: "signal", type: "OrderAnswer", value: await post("/api/v1/daemons/api/signal", `{"signal":"USR1"}`) },
        { name: "reload", type: "Acknowledgement", value: await post("/api/v1/reload") },
        { name: "upgrade", type: "ProblemDetails", value: await post("/api/v1/upgrade", `{"program":"/bin/true"}`) },
    ];
    assert.deepEqual(typeFaults(answers), {});
}

/** The schemas of the description, and the types that stand for them. */
const names: Record<string, string> = {
    Acknowledgement: "Acknowledgement",
    CombinedBody: "CombinedBody",
    ComponentBody: "ComponentBody",
    ComponentDaemon: "ComponentDaemon",
    ComponentDaemonBody: "ComponentDaemonBody",
    ComponentDaemons: "ComponentDaemons",
    ComponentDaemonsBody: "ComponentDaemonsBody",
    Daemon: "DaemonStatus",
    DaemonTally: "DaemonTally",
    Daemons: "DaemonList",
    DriftFinding: "DriftFinding",
    Error: "ErrorBody",
    ErrorGroup: "ErrorGroup",
    ErrorListing: "ErrorListing",
    Event: "JournalEvent",
    Events: "JournalPage",
    Executor: "ExecutorState",
    HealthBody: "HealthBody",
    HealthReason: "HealthReason",
    Lifecycle: "LifecycleState",
    Liveness: "Liveness",
    LogEntry: "ComponentLogEntry",
    LogLine: "LogLine",
    LogListing: "LogListing",
    LogListingBody: "LogListingBody",
    LogPage: "LogPage",
    Loss: "LossEntry",
    OrderAnswer: "OrderAnswer",
    Orchestration: "OrchestrationData",
    Persistence: "Persistence",
    Plan: "PlanReport",
    Position: "SourcePosition",
    Problem: "ProblemDetails",
    RecentLogs: "RecentLogEntry[]",
    Ruled: "RuleSnapshot",
    SelfCheck: "SelfCheckState",
    Sentinel: "SentinelState",
    SentinelDaemon: "ObservedDaemon",
    SignalBody: "SignalBody",
    StatusBody: "StatusBody",
    UpgradeBody: "UpgradeBody",
    Usage: "UsageList",
    Watchdog: "WatchdogState",
    Why: "WhyReport",
};

/** Schemas of what only monitoring programs ask for. */
const others = ["Alive", "NotReady", "Ready"];

test("the description of the API and the types know the same", { skip }, async () => {
    const ghost = await LiveGhost.monitor();
    try {
        const description = (await ghost.get("/openapi.json")) as { components: { schemas: Record<string, Schema> } };
        const { schemas } = description.components;
        assert.deepEqual(Object.keys(schemas).sort(), [...Object.keys(names), ...others].sort());
        assert.deepEqual(schemaFaults(schemas, names), []);
    } finally {
        await ghost.close();
    }
});
