import type { GhostClient } from "./client.js";
import type { Connection } from "./connection.js";
import type { Demand, Want } from "./demand.js";
import { Demands } from "./demand.js";
import { asGhostError, GhostError } from "./errors.js";
import type { Listing } from "./log-entries.js";
import { entryOfAnything, entryOfLine, newEntries, passes } from "./log-entries.js";
import type { LogEntry, LogFilter, LogLine } from "./model/logs.js";
import { isObject } from "./model/parse.js";
import type { Source } from "./query.js";
import { PolledQuery } from "./query.js";
import { connectionLinger } from "./shared-orchestration.js";
import type { ServerSentEvent } from "./sse.js";
import type { LiveState } from "./store.js";
import { emptyState, Store } from "./store.js";
import { GhostStream } from "./stream.js";

/** The newest lines, oldest first. */
export interface LogState extends LiveState<readonly LogEntry[]> {
    /** How many entries there were in all, those that are no longer kept included. */
    total: number;
    /** How many of them were there before the feed began to follow. */
    backlog: number;
    /** How often lines were passed over because this client could not keep up. */
    gaps: number;
}

/** The most entries that are kept, whatever is asked for. */
export const mostEntries = 10_000;

/** How lines are had: by the pages and the stream of `/api/v1/logs`, or from the lists of older servers. */
type Way = "pages" | "recent" | "listing";

/** Follows the lines that pass a filter, for everybody on the page who wants them. */
export class LogFeed implements Source<readonly LogEntry[], LogState> {
    readonly store: Store<LogState>;
    private readonly client: GhostClient;
    private readonly filter: LogFilter;
    private readonly demands: Demands;
    private readonly query: PolledQuery<readonly LogEntry[]>;
    private readonly stream: GhostStream;
    private way: Way = "pages";
    private demand: Demand | null = null;
    private asking: Want | null = null;
    private stopWaking: (() => void) | null = null;
    private cursor: string | null = null;
    private lastListing: Listing | null = null;

    constructor(client: GhostClient, filter: LogFilter) {
        const { environment } = client;
        this.client = client;
        this.filter = filter;
        this.store = new Store<LogState>({ ...emptyState<readonly LogEntry[]>(), total: 0, backlog: 0, gaps: 0 });
        this.query = new PolledQuery<readonly LogEntry[]>({
            environment,
            fetch: (signal) => this.fetchNew(signal),
            merge: (_, fresh) => fresh,
        });
        this.query.store.listen(() => this.takeQuery());
        this.stream = new GhostStream({
            environment,
            // The id repeats the cursor so that a proxy which strips unknown headers loses nothing.
            open: (signal) => {
                const query = this.cursor === null ? filter : { ...filter, cursor: this.cursor };
                return client.openLogs(query, this.cursor, { signal });
            },
            onEvent: (event) => this.takeEvent(event),
            onConnection: (connection) => this.takeConnection(connection),
            retryDelay: () => this.demand?.retryDelay ?? 1000,
        });
        // Only an open stream is kept for the next one to come; anything else would cost requests for nobody.
        const linger = (): number => (this.store.get().connection === "open" ? connectionLinger : 0);
        this.store.listen(() => {
            if (linger() === 0) this.demands.cutLinger();
        });
        this.demands = new Demands(environment, linger, {
            start: (demand) => {
                this.demand = demand;
                this.stopWaking = environment.onWake(() => this.stream.wake());
                this.asking = this.query.want({ ...demand, staleTime: 0 });
            },
            change: (demand) => {
                this.demand = demand;
                this.asking?.change({ ...demand, staleTime: 0 });
            },
            stop: () => {
                this.demand = null;
                this.stopWaking?.();
                this.stream.stop();
                this.asking?.release();
                this.asking = null;
                this.store.update({ connection: "idle", retryAt: null, isFetching: false });
            },
        });
    }

    want(demand: Demand): Want {
        return this.demands.add(demand);
    }

    /** Where a stream brings the lines, there is nothing to ask for; one that waits tries at once. */
    async refetch(): Promise<void> {
        if (this.stream.connection.state === "closed") return this.query.refetch();
        this.stream.wake();
    }

    private async fetchNew(signal: AbortSignal): Promise<readonly LogEntry[]> {
        if (this.way === "pages") {
            try {
                return await this.fetchPage(signal);
            } catch (thrown) {
                const error = asGhostError(thrown, "asking for logs");
                if (!error.saysStreamingIsImpossible || this.cursor !== null) throw error;
                this.way = "recent";
            }
        }
        return this.fetchListing(signal);
    }

    private async fetchPage(signal: AbortSignal): Promise<readonly LogEntry[]> {
        const after = this.cursor === null ? {} : { after: this.cursor };
        const page = await this.client.logs({ ...this.filter, limit: this.capacity, ...after }, { signal });
        // The stream may have brought these lines while the page was on its way.
        if (after.after !== undefined && after.after !== this.cursor) return [];
        this.cursor = page.after ?? page.lines.at(-1)?.cursor ?? this.cursor;
        return this.append(page.lines.filter(isObject).map(entryOfLine));
    }

    private async fetchListing(signal: AbortSignal): Promise<readonly LogEntry[]> {
        let raw: unknown[] | null = null;
        if (this.way === "recent") {
            try {
                raw = await this.client.recentLogs(this.filter.daemon, { signal });
            } catch (thrown) {
                if (!(thrown instanceof GhostError && thrown.status === 404)) throw thrown;
                this.way = "listing";
            }
        }
        if (raw === null) {
            const { logs } = await this.client.logListing("all", this.capacity, { signal });
            // Each log is in its own order; their times put them together, and equal times keep it.
            raw = Object.values(logs).flat();
            (raw as { timestamp: string }[]).sort((left, right) => (left.timestamp < right.timestamp ? -1 : 1));
        }
        const { total } = this.store.get();
        const entries = raw.map((value, index) => entryOfAnything(value, `${total + index}`));
        const listing = { entries, at: this.client.environment.now() };
        const unseen = newEntries(this.lastListing, listing);
        const fresh = unseen.map((entry, index) => ({ ...entry, id: `${total + index}` }));
        this.lastListing = listing;
        return this.append(fresh);
    }

    private get capacity(): number {
        return Math.min(Math.max(1, this.demand?.entries ?? 100), mostEntries);
    }

    private append(entries: readonly LogEntry[]): readonly LogEntry[] {
        const { data, total, backlog } = this.store.get();
        const wanted = entries.filter((entry) => passes(entry, this.filter));
        const isFirst = data === null;
        const kept = data === null ? wanted : wanted.length > 0 ? [...data, ...wanted] : data;
        this.store.update({
            data: kept.length > this.capacity ? kept.slice(-this.capacity) : kept,
            dataUpdatedAt: this.client.environment.now(),
            total: total + wanted.length,
            backlog: isFirst ? wanted.length : backlog,
            error: null,
            failureCount: 0,
        });
        return wanted;
    }

    private takeQuery(): void {
        const { error, failureCount, isFetching, retryAt, dataUpdatedAt } = this.query.store.get();
        this.store.update({ isFetching });
        if (this.demand === null) return;
        if (error !== null) this.store.update({ error, failureCount, retryAt });
        if (this.way !== "pages" || this.stream.connection.state !== "closed") {
            if (this.way !== "pages") this.store.update({ connection: "polling", retryAt, failureCount });
        } else if (this.store.get().connection !== "polling") {
            this.store.update({ connection: retryAt === null ? "connecting" : "waiting" });
            if (dataUpdatedAt > 0 && error === null && !isFetching) {
                this.query.setRhythm("pushed");
                this.stream.start();
            }
        }
    }

    private takeEvent(event: ServerSentEvent): void {
        if (event.event === "gap") {
            this.store.update({ gaps: this.store.get().gaps + 1 });
        } else if (event.event === "lines") {
            const body = readLines(event.data);
            this.cursor = event.id ?? body.at(-1)?.cursor ?? this.cursor;
            this.append(body.map(entryOfLine));
        }
    }

    private takeConnection(connection: Connection): void {
        if (this.demand === null) return;
        switch (connection.state) {
            case "connecting":
                this.store.update({ connection: "connecting", retryAt: null });
                break;
            case "open":
                this.store.update({ connection: "open", retryAt: null, error: null, failureCount: 0 });
                break;
            case "waiting": {
                const { error, failures, retryAt } = connection;
                const failure = failures > 0 || error.code === "protocol" ? { error, failureCount: failures } : {};
                this.store.update({ connection: "waiting", retryAt, ...failure });
                break;
            }
            case "closed":
                if (connection.error === null) break;
                this.takeEnd(connection.error);
                break;
        }
    }

    private takeEnd(error: GhostError): void {
        if (error.saysStreamingIsImpossible) {
            this.store.update({ connection: "polling", retryAt: null });
            this.query.setRhythm("polled");
        } else {
            this.store.update({ connection: "closed", retryAt: null, error, failureCount: 1 });
        }
    }
}

function readLines(text: string): LogLine[] {
    let body: unknown;
    try {
        body = JSON.parse(text) as unknown;
    } catch {
        throw new GhostError("protocol", "An event of the log stream is not JSON.");
    }
    if (!isObject(body) || !Array.isArray(body["lines"])) {
        throw new GhostError("protocol", "An event of the log stream has no lines.");
    }
    return body["lines"].filter(isObject) as unknown as LogLine[];
}
