import type { ComponentName, ComponentStates, LogLine, OrchestrationData } from "@ghost/client";
import { componentNames, parsePosition } from "@ghost/client";
import { changed, sampleData } from "./state.js";

/** One request, as the server saw it. */
export interface SeenRequest {
    path: string;
    query: URLSearchParams;
    headers: Record<string, string>;
    at: number;
    signal: AbortSignal | null;
}

/** One open stream, from the server's side. */
export class FakeStream {
    readonly request: SeenRequest;
    readonly body: ReadableStream<Uint8Array>;
    isOpen = true;
    private controller: ReadableStreamDefaultController<Uint8Array> | null = null;

    constructor(request: SeenRequest) {
        this.request = request;
        this.body = new ReadableStream<Uint8Array>({
            start: (controller) => {
                this.controller = controller;
            },
            cancel: () => {
                this.isOpen = false;
            },
        });
        request.signal?.addEventListener("abort", () => this.fail());
    }

    send(chunk: string | Uint8Array): void {
        if (this.isOpen) this.controller?.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
    }

    end(): void {
        if (this.isOpen) this.controller?.close();
        this.isOpen = false;
    }

    fail(): void {
        if (this.isOpen) this.controller?.error(new TypeError("connection reset"));
        this.isOpen = false;
    }
}

type Answer = (request: SeenRequest) => Response | Promise<Response>;

/** What a server can do to a request. */
export const answers = {
    status:
        (status: number, headers: Record<string, string> = {}, body = `{"status":"error","error":"no"}`): Answer =>
        () =>
            new Response(body, { status, statusText: `Status ${status}`, headers }),
    offline: (() => Promise.reject(new TypeError("fetch failed"))) as Answer,
    never: (() => new Promise<Response>(() => {})) as Answer,
};

/** A server in the same process that speaks Ghost's protocol, and misbehaves when asked to. */
export class FakeServer {
    data: OrchestrationData;
    readonly requests: SeenRequest[] = [];
    readonly streams: FakeStream[] = [];
    logLines: LogLine[] = [];
    /** What the old dashboard's route holds. */
    recentLogs: unknown[] = [];
    /** Which part of the API there is: `polled` is a server without streams and pages of logs. */
    kind: "ghost" | "polled" = "ghost";
    private readonly journal: { seq: number; text: string }[] = [];
    private readonly overrides = new Map<string, Answer[]>();
    private everything: Answer | null = null;
    private readonly now: () => number;

    constructor(now: () => number, epoch = "e-1") {
        this.now = now;
        this.data = sampleData(epoch, 7);
    }

    readonly fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
        const { pathname, searchParams } = new URL(url, "http://ghost.test");
        const headers = init.headers as Record<string, string>;
        const request: SeenRequest = {
            path: pathname,
            query: searchParams,
            headers: headers ?? {},
            at: this.now(),
            signal: init.signal ?? null,
        };
        this.requests.push(request);
        const answer = this.overrides.get(pathname)?.shift() ?? this.everything ?? ((asked) => this.route(asked));
        return abortable(Promise.resolve(answer(request)), request.signal);
    };

    /** Requests to a path. */
    count(path: string): number {
        return this.requests.filter((request) => request.path === path).length;
    }

    get openStreams(): FakeStream[] {
        return this.streams.filter((stream) => stream.isOpen);
    }

    /** The next request to a path gets this answer; called again, the one after it. */
    next(path: string, answer: Answer): void {
        this.overrides.set(path, [...(this.overrides.get(path) ?? []), answer]);
    }

    /** Every request gets this answer; null ends that. */
    always(answer: Answer | null): void {
        this.everything = answer;
    }

    /** Holds the next answer to a path back until the returned function is called; it is made when it is asked for. */
    hold(path: string): () => void {
        let release = (): void => {};
        const released = new Promise<void>((resolve) => {
            release = resolve;
        });
        this.next(path, async (request) => {
            const answer = this.route(request);
            await released;
            return answer;
        });
        return release;
    }

    /** Commits a change and tells the streams. */
    commit<Name extends ComponentName>(name: Name, fields: Partial<ComponentStates[Name]>): void {
        const before = this.data;
        this.data = changed(before, name, fields);
        const { activeComponents, errorComponents, healthPercentage, overallHealth, sequence, timestamp } = this.data;
        const change = {
            seq: sequence,
            from: before.sequence,
            components: { [name]: this.data[name] },
            data: { activeComponents, errorComponents, healthPercentage, overallHealth, sequence, timestamp },
            events: [{ sequence, at: timestamp, component: name, cause: `change ${sequence}`, position: null }],
        };
        const text = frame("change", `${this.data.epoch}-${sequence}`, change);
        this.journal.push({ seq: sequence, text });
        for (const stream of this.changeStreams) stream.send(text);
    }

    /** Adds a log line and tells the streams. */
    log(message: string, fields: Partial<LogLine> = {}): void {
        const n = this.logLines.length + 1;
        const line: LogLine = {
            cursor: `c${n}`,
            file: "api.log",
            generation: 1,
            offset: 100 * n,
            timestamp: "2026-11-22T12:00:00.000Z",
            level: "info",
            daemon: "api",
            component: null,
            message,
            ...fields,
        };
        this.logLines.push(line);
        for (const stream of this.openStreams) {
            if (stream.request.path !== "/api/v1/logs/stream" || !isWanted(line, stream.request.query)) continue;
            stream.send(frame("lines", line.cursor, { lines: [line] }));
        }
    }

    /** Ends all connections, as a server that is stopped does. */
    drop(): void {
        for (const stream of this.openStreams) stream.end();
    }

    ping(): void {
        for (const stream of this.openStreams) stream.send(": ping\n\n");
    }

    get changeStreams(): FakeStream[] {
        return this.openStreams.filter((stream) => stream.request.path === "/api/orchestrator/stream");
    }

    private route(request: SeenRequest): Response {
        const { path, query } = request;
        if (this.kind === "polled" && (path.includes("/v1/") || path.endsWith("/stream"))) return json({}, 404);
        const timestamp = this.data.timestamp;
        switch (path) {
            case "/api/orchestrator/status":
                return json({ status: "success", data: this.data });
            case "/api/orchestrator/health":
                return json({ status: "success", data: this.data });
            case "/api/orchestrator/stream":
                return this.openChanges(request);
            case "/api/daemon-status":
                return json(this.componentDaemons());
            case "/api/status/daemons":
                return json({ status: "success", data: this.componentDaemons(), timestamp });
            case "/api/v1/daemons":
                return json({ daemons: [{ name: "api", want: "up", phase: "up", readiness: "ready", restarts: 0 }] });
            case "/api/recent-logs":
                return json(this.recentLogs);
            case "/api/v1/logs":
                return json(this.page(query));
            case "/api/v1/logs/stream":
                return this.openLogs(request);
        }
        const component = componentNames.find((name) => path === `/api/orchestrator/component/${name}`);
        if (component !== undefined) return json({ status: "success", data: this.data[component], timestamp });
        const isComponent = path.startsWith("/api/orchestrator/component/");
        const error = isComponent ? `Unknown component: ${path.split("/").at(-1)}` : "Not found";
        return json({ status: "error", error, timestamp }, isComponent ? 400 : 404);
    }

    private componentDaemons(): object {
        const daemons = componentNames.map((name) => ({
            name: `ghost-${name}`,
            running: this.data[name].status !== "unknown" && this.data[name].status !== "error",
            pid: "42",
            error: this.data[name].error,
            lastCheck: this.data.timestamp,
        }));
        const runningCount = daemons.filter(({ running }) => running).length;
        const overallHealth = runningCount === 5 ? "healthy" : runningCount === 4 ? "warning" : "critical";
        return { daemons, overallHealth, runningCount, totalCount: 5, lastUpdate: this.data.timestamp };
    }

    private openChanges(request: SeenRequest): Response {
        const stream = this.open(request);
        stream.send("retry: 1000\n\n");
        const asked = parsePosition(request.headers["Last-Event-ID"] ?? request.query.get("lastEventId") ?? "");
        const first = this.journal[0]?.seq ?? this.data.sequence + 1;
        const isKnown = asked !== null && asked.epoch === this.data.epoch && asked.sequence <= this.data.sequence;
        if (isKnown && asked.sequence >= first - 1) {
            for (const { seq, text } of this.journal) if (seq > asked.sequence) stream.send(text);
        } else {
            const id = `${this.data.epoch}-${this.data.sequence}`;
            stream.send(frame("snapshot", id, { status: "success", data: this.data }));
        }
        return streaming(stream);
    }

    private page(query: URLSearchParams): object {
        const after = query.get("after");
        const start = this.logLines.findIndex(({ cursor }) => cursor === after) + 1;
        const wanted = this.logLines.slice(start).filter((line) => isWanted(line, query));
        const limit = Number(query.get("limit") ?? 100);
        const lines = after === null ? wanted.slice(-limit) : wanted.slice(0, limit);
        return { lines, before: null, after: this.logLines.at(-1)?.cursor ?? null };
    }

    private openLogs(request: SeenRequest): Response {
        const stream = this.open(request);
        const cursor = request.headers["Last-Event-ID"] ?? request.query.get("cursor");
        const start = this.logLines.findIndex((line) => line.cursor === cursor) + 1;
        for (const line of this.logLines.slice(start)) {
            if (isWanted(line, request.query)) stream.send(frame("lines", line.cursor, { lines: [line] }));
        }
        return streaming(stream);
    }

    private open(request: SeenRequest): FakeStream {
        const stream = new FakeStream(request);
        this.streams.push(stream);
        return stream;
    }
}

function isWanted(line: LogLine, query: URLSearchParams): boolean {
    const daemon = query.get("daemon");
    const level = query.get("level");
    return (daemon === null || line.daemon === daemon) && (level === null || line.level === level);
}

/** One event as it goes over the wire. */
export function frame(event: string, id: string | null, data: unknown): string {
    return `event: ${event}\n${id === null ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}

function streaming(stream: FakeStream): Response {
    return new Response(stream.body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } });
}

export function json(body: unknown, status = 200): Response {
    const headers = { "Content-Type": "application/json" };
    return new Response(JSON.stringify(body), { status, statusText: status === 404 ? "Not Found" : "", headers });
}

function abortable(answer: Promise<Response>, signal: AbortSignal | null): Promise<Response> {
    return new Promise((resolve, reject) => {
        const stop = (): void => reject(new DOMException("aborted", "AbortError"));
        if (signal?.aborted) stop();
        signal?.addEventListener("abort", stop);
        answer.then(resolve, reject);
    });
}
