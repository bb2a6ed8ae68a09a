// Every body of the API that is kept as a sample: which type it has, and which method of the client reads it.
import type { GhostClient } from "@ghost/client";

export interface SampledBody {
    /** The name of the sample's file, and where a server gives such a body. */
    name: string;
    path: string;
    /** Its type, as the package exports it. */
    type: string;
    /** What of the body the client gives; null where no method reads it. */
    read: ((client: GhostClient, body: Body) => Promise<[read: unknown, expected: unknown]>) | null;
    /** Whether there is one only where daemons are supervised. */
    supervised?: boolean;
}

export interface Body {
    data?: unknown;
    [field: string]: unknown;
}

const data = async (read: Promise<unknown>, body: Body): Promise<[unknown, unknown]> => [await read, body.data];
const whole = async (read: Promise<unknown>, body: Body): Promise<[unknown, unknown]> => [await read, body];
const component = (name: "sentinel" | "watchdog" | "executor" | "selfcheck" | "lifecycle", type: string) => ({
    name,
    path: `/api/orchestrator/component/${name}`,
    type: `SuccessBody<${type}>`,
    read: (client: GhostClient, body: Body) => data(client.component(name), body),
});

export const sampledBodies: SampledBody[] = [
    {
        name: "status",
        path: "/api/orchestrator/status",
        type: "StatusBody",
        read: (client, body) => data(client.status(), body),
    },
    {
        name: "health",
        path: "/api/orchestrator/health",
        type: "HealthBody",
        read: (client, body) => data(client.health(), body),
    },
    component("sentinel", "SentinelState"),
    component("watchdog", "WatchdogState"),
    component("executor", "ExecutorState"),
    component("selfcheck", "SelfCheckState"),
    component("lifecycle", "LifecycleState"),
    { name: "liveness", path: "/api/health", type: "Liveness", read: null },
    { name: "combined", path: "/api/status", type: "CombinedBody", read: null },
    { name: "component-daemons", path: "/api/status/daemons", type: "ComponentDaemonsBody", read: null },
    {
        name: "component-daemon",
        path: "/api/status/daemon/ghostWatchdogLoop",
        type: "ComponentDaemonBody",
        read: (client, body) => data(client.componentDaemon("ghostWatchdogLoop"), body),
    },
    {
        name: "daemon-status",
        path: "/api/daemon-status",
        type: "ComponentDaemons",
        read: (client, body) => whole(client.componentDaemons(), body),
    },
    {
        name: "component-logs",
        path: "/api/logs?type=all&lines=50",
        type: "LogListingBody",
        read: (client, body) => data(client.logListing(), body),
    },
    {
        name: "errors-listing",
        path: "/api/logs?type=errors&lines=50",
        type: "LogListingBody",
        read: (client, body) => data(client.logListing("errors"), body),
    },
    {
        name: "recent-logs",
        path: "/api/recent-logs",
        type: "RecentLogEntry[]",
        read: (client, body) => whole(client.recentLogs(), body),
    },
    { name: "logs", path: "/api/v1/logs", type: "LogPage", read: (client, body) => whole(client.logs(), body) },
    {
        name: "daemons",
        path: "/api/v1/daemons",
        type: "DaemonList",
        read: async (client, body) => [{ daemons: await client.daemons() }, body],
        supervised: true,
    },
    {
        name: "daemon",
        path: "/api/v1/daemons/api",
        type: "DaemonStatus",
        read: (client, body) => whole(client.daemon("api"), body),
        supervised: true,
    },
    {
        name: "why",
        path: "/api/v1/daemons/api/why",
        type: "WhyReport",
        read: (client, body) => whole(client.why("api"), body),
        supervised: true,
    },
    {
        name: "events",
        path: "/api/v1/events",
        type: "JournalPage",
        read: (client, body) => whole(client.events(), body),
        supervised: true,
    },
    {
        name: "usage",
        path: "/api/v1/usage",
        type: "UsageList",
        read: (client, body) => whole(client.usage(), body),
        supervised: true,
    },
    {
        name: "errors",
        path: "/api/v1/errors",
        type: "ErrorListing",
        read: (client, body) => whole(client.errors(), body),
    },
    { name: "error", path: "/api/orchestrator/component/nobody", type: "ErrorBody", read: null },
    { name: "problem", path: "/api/v1/daemons/nobody", type: "ProblemDetails", read: null, supervised: true },
];
