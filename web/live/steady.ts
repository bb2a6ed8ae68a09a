// One mounted hook and a real server: what it costs while all is well, and how it behaves while the server is away.
import "./page.js";
import { delayCeiling, SharedGhost } from "@ghost/client";
import type { LiveResult, OrchestrationData } from "@ghost/react";
import { GhostProvider, useOrchestratorHealth } from "@ghost/react";
import * as React from "react";
import { createRoot } from "react-dom/client";
import { LiveGhost, pause, until } from "./ghost.js";
import { Proxy } from "./proxy.js";

/** What was counted. */
export interface SteadyReport {
    seconds: number;
    /** While the server was up: TCP connections, requests for the stream, all other requests. */
    connections: number;
    streams: number;
    others: number;
    /** By the server's own count. */
    subscriptions: number;
    /** How many lines were written, and the count that the hook showed in the end. */
    written: number;
    shown: number;
    renders: number;
    /** Bytes of heap that were in use at the start and at the end of that time. */
    heap: [number, number];
    /** While it was down: how long before each attempt was waited, and how long it may have been, in milliseconds. */
    delays: { waited: number; bound: number }[];
    /** Requests that were no attempts to open the stream. */
    othersWhileDown: number;
    /** From the moment it answered again until the hook showed news, in milliseconds. */
    back: number;
}

/** Mounts `useOrchestratorHealth` for some time, then takes the server away for some time. */
export async function beSteady(up: number, down: number, say: (text: string) => void): Promise<SteadyReport> {
    const ghost = await LiveGhost.monitor();
    const proxy = await Proxy.start(ghost);
    const retryDelay = 2000;
    const shared = new SharedGhost({ baseUrl: proxy.url });
    let result: LiveResult<"data", OrchestrationData | null> | null = null;
    let renders = 0;
    const Probe = (): null => {
        renders += 1;
        result = useOrchestratorHealth({ retryDelay, onError: () => {} });
        void [result.data, result.connection];
        return null;
    };
    const now = (): LiveResult<"data", OrchestrationData | null> => result as LiveResult<"data", OrchestrationData>;
    const count = (): number => now().data?.executor.completedTasks ?? -1;
    const root = createRoot(document.createElement("div"));
    root.render(React.createElement(GhostProvider, { ghost: shared }, React.createElement(Probe)));
    try {
        await until("the hook shows data", () => result?.data != null && result.connection === "open");
        let written = 0;
        const heapBefore = process.memoryUsage().heapUsed;
        const end = Date.now() + up;
        for (let told = Date.now(); Date.now() < end; await pause(Math.min(500, Math.max(0, end - Date.now())))) {
            written += 1;
            ghost.write("executor", `✅ task ${written} completed`);
            if (Date.now() - told < 60_000) continue;
            told = Date.now();
            say(`${Math.round((end - told) / 1000)} s to go, ${proxy.requests.length} requests, ${renders} renderings`);
        }
        await until("the hook shows the last line", () => count() === written);
        const streams = proxy.requests.filter(({ path }) => path === "/api/orchestrator/stream").length;
        const whileUp = {
            seconds: Math.round(up / 1000),
            connections: proxy.connections,
            streams,
            others: proxy.requests.length - streams,
            subscriptions: await ghost.metric("ghost_stream_subscriptions_total"),
            written,
            shown: count(),
            renders,
            heap: [heapBefore, process.memoryUsage().heapUsed] as [number, number],
        };

        const known = proxy.requests.length;
        await ghost.kill();
        await until("the hook notices", () => now().connection === "waiting");
        let from = Date.now();
        const delays: SteadyReport["delays"] = [];
        const stop = Date.now() + down;
        let seen = known;
        // The stream was stable before it broke, so that the delays begin at the first ceiling.
        while (Date.now() < stop) {
            for (const { at } of proxy.requests.slice(seen)) {
                delays.push({ waited: at - from, bound: delayCeiling(retryDelay, up >= 10_000 ? delays.length : 5) });
                from = at;
                seen += 1;
            }
            await pause(5);
        }
        const attempts = proxy.requests.slice(known);
        const othersWhileDown = attempts.filter(({ path }) => path !== "/api/orchestrator/stream").length;
        ghost.write("executor", `✅ task ${written + 1} completed`);
        await ghost.start();
        const again = Date.now();
        await until("the hook comes back", () => now().connection === "open" && count() === written + 1, 35_000);
        return { ...whileUp, delays, othersWhileDown, back: Date.now() - again };
    } finally {
        root.unmount();
        await pause(1500);
        proxy.close();
        await ghost.close();
    }
}

/** What of a report is not as it must be. */
export function faultsOf(report: SteadyReport): string[] {
    const faults: string[] = [];
    const demand = (holds: boolean, fault: string): void => {
        if (!holds) faults.push(fault);
    };
    demand(report.streams === 1, `${report.streams} streams were opened, not 1`);
    demand(report.subscriptions === 1, `the server counted ${report.subscriptions} subscriptions, not 1`);
    demand(report.connections === 1, `${report.connections} connections were made, not 1`);
    demand(report.others === 0, `${report.others} requests were sent beside the stream`);
    demand(report.shown === report.written, `${report.shown} of ${report.written} lines were shown`);
    demand(report.delays.length > 0, "no attempt was made while the server was away");
    const beside = report.othersWhileDown;
    demand(beside === 0, `${beside} other requests were sent while the server was away`);
    for (const [attempt, { waited, bound }] of report.delays.entries()) {
        // What the machine takes to run a timer and to make a connection is no part of the delay.
        demand(waited <= bound + 500, `attempt ${attempt} came after ${waited} ms; its bound is ${bound} ms`);
    }
    demand(report.back <= 30_500, `it came back after ${report.back} ms`);
    return faults;
}
