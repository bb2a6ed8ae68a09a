import { EventStreamParser, parsePosition } from "@ghost/client";
import type { GetStep, ServerScenario, StreamStep } from "./scenario.js";

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** What later steps can refer to. */
interface Memory {
    id: string | null;
    snapshot: unknown;
}

/** Plays a scenario to a server; gives what was not as it must be, one sentence each. */
export async function playToServer(scenario: ServerScenario, baseUrl: string, fetch: Fetch): Promise<string[]> {
    const memory: Memory = { id: null, snapshot: null };
    for (const step of scenario.steps) {
        let faults: string[];
        if ("get" in step) faults = await playGet(step, baseUrl, fetch);
        else if ("stream" in step) faults = await playStream(step, baseUrl, fetch, memory);
        else faults = checkSnapshotId(memory);
        // Later steps build on this one: their faults would say nothing of their own.
        if (faults.length > 0) return faults;
    }
    return [];
}

async function playGet(step: GetStep, baseUrl: string, fetch: Fetch): Promise<string[]> {
    const what = `GET ${step.get}`;
    const response = await fetch(baseUrl + step.get);
    const text = await response.text();
    const faults: string[] = [];
    if (response.status !== step.status) faults.push(`${what}: the status is ${response.status}, not ${step.status}`);
    const type = response.headers.get("Content-Type") ?? "nothing";
    if (step.type !== undefined && !type.startsWith(step.type)) faults.push(`${what}: the type is ${type}`);
    let body: unknown;
    try {
        body = JSON.parse(text) as unknown;
    } catch {
        return [...faults, `${what}: the body is not JSON`];
    }
    for (const [path, wanted] of Object.entries(step.body ?? {})) {
        const value = at(body, path);
        if (!isAsWanted(value, wanted)) faults.push(`${what}: ${path} is ${JSON.stringify(value)}, not ${wanted}`);
    }
    return faults;
}

function at(body: unknown, path: string): unknown {
    let value = body;
    for (const key of path.split(".")) value = (value as Record<string, unknown> | null | undefined)?.[key];
    return value;
}

function isAsWanted(value: unknown, wanted: string): boolean {
    if (wanted.startsWith("= ")) return String(value) === wanted.slice(2);
    if (wanted === "list") return Array.isArray(value);
    if (wanted === "time") return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
    return typeof value === (wanted === "text" ? "string" : wanted);
}

async function playStream(
    step: StreamStep,
    baseUrl: string,
    fetch: Fetch,
    memory: Memory,
): Promise<string[]> {
    const epoch = memory.id === null ? "none" : (parsePosition(memory.id)?.epoch ?? "none");
    const id = step.lastEventId?.replace("{id}", memory.id ?? "").replace("{epoch}", epoch);
    const query = step.by === "query" && id !== undefined ? `?lastEventId=${encodeURIComponent(id)}` : "";
    const what = `GET ${step.stream}${query}${step.by === "header" ? ` with Last-Event-ID ${id}` : ""}`;
    const abort = new AbortController();
    const headers = step.by === "header" && id !== undefined ? { "Last-Event-ID": id } : {};
    const response = await fetch(baseUrl + step.stream + query, { headers, signal: abort.signal });
    const type = response.headers.get("Content-Type") ?? "nothing";
    if (!response.ok || !type.startsWith("text/event-stream") || !response.body) {
        abort.abort();
        return [`${what}: the status is ${response.status} and the type ${type}`];
    }

    const timer = setTimeout(() => abort.abort(), step.within);
    const seen: string[] = [];
    const missing = [...(step.until ?? [])];
    const parser = new EventStreamParser();
    const reader = response.body.getReader();
    try {
        while (step.until === undefined || missing.length > 0) {
            const { done, value } = await reader.read();
            if (done) return [`${what}: the server ended the stream after ${seen.join(", ") || "nothing"}`];
            for (const item of parser.push(value)) {
                const name = item.kind === "event" ? item.event : item.kind;
                seen.push(name);
                if (name === missing[0]) missing.shift();
                if (item.kind !== "event") continue;
                if (item.event === "snapshot") memory.snapshot = JSON.parse(item.data) as unknown;
                if (item.id !== null) memory.id = item.id;
                if (item.event === "gap" && item.id !== null) return [`${what}: a gap carries an id`];
            }
        }
    } catch (thrown) {
        if (!abort.signal.aborted) return [`${what}: ${String(thrown)}`];
    } finally {
        clearTimeout(timer);
        abort.abort();
    }
    const unwanted = seen.filter((name) => step.never?.includes(name));
    if (unwanted.length > 0) return [`${what}: there came ${unwanted.join(", ")}`];
    if (missing.length === 0) return [];
    return [`${what}: no ${missing[0]} within ${step.within} ms, but ${seen.join(", ") || "nothing"}`];
}

function checkSnapshotId(memory: Memory): string[] {
    const epoch = at(memory.snapshot, "data.epoch");
    const sequence = at(memory.snapshot, "data.sequence");
    return memory.id === `${epoch}-${sequence}`
        ? []
        : [`the snapshot of epoch ${epoch}, sequence ${sequence} carries the id ${memory.id}`];
}
