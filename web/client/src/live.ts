import type { GhostClient } from "./client.js";
import type { Connection } from "./connection.js";
import type { Demand, Want } from "./demand.js";
import { GhostError } from "./errors.js";
import type { OrchestrationData, StateChange, StateEvent } from "./model/orchestration.js";
import { isObject, parseChange, parseGap, parseOrchestration } from "./model/parse.js";
import { PolledQuery } from "./query.js";
import { parsePosition, reduce, replace, supersedes } from "./reducer.js";
import type { ServerSentEvent } from "./sse.js";
import type { LiveState } from "./store.js";
import { emptyState, Store } from "./store.js";
import { GhostStream } from "./stream.js";

/** The components as they are now, and what happened lately. */
export interface OrchestrationState extends LiveState<OrchestrationData> {
    /** The newest changes, oldest first, at most `mostEvents`. */
    events: readonly StateEvent[];
    /** How often changes were passed over because this client, or the server's journal, could not keep up. */
    gaps: number;
}

/** How many events are kept. */
export const mostEvents = 200;

/** Where there was no stream, one is looked for again after this time, in milliseconds. */
export const streamRetryInterval = 300_000;

export function emptyOrchestration(): Store<OrchestrationState> {
    return new Store<OrchestrationState>({ ...emptyState<OrchestrationData>(), events: [], gaps: 0 });
}

/** The state after a whole new one came. */
export function afterSnapshot(
    state: OrchestrationState,
    data: OrchestrationData,
    at: number,
): Partial<OrchestrationState> {
    return { data: replace(state.data, data), dataUpdatedAt: at, error: null, failureCount: 0 };
}

/** The state after a change; `mismatch` if something between the two is missing. */
export function afterChange(
    state: OrchestrationState,
    change: StateChange,
    at: number,
): Partial<OrchestrationState> | "mismatch" {
    if (state.data === null) return "mismatch";
    const reduction = reduce(state.data, change);
    if (reduction.kind === "mismatch") return "mismatch";
    if (reduction.kind === "contained") return {};
    const newest = state.events.at(-1)?.sequence ?? -1;
    const fresh = change.events.filter((event) => event.sequence > newest);
    const events = fresh.length > 0 ? [...state.events, ...fresh].slice(-mostEvents) : state.events;
    return { data: reduction.data, dataUpdatedAt: at, error: null, failureCount: 0, events };
}

/** Tells what became known, for pages that share this connection. */
export type Publish = (
    news: { kind: "change"; change: StateChange; epoch: string } | { kind: "all" | "alive" },
) => void;

/** Keeps a state up to date over a stream, or by polling where there is none. */
export class LiveOrchestration {
    private readonly client: GhostClient;
    private readonly store: Store<OrchestrationState>;
    private readonly publish: Publish;
    private readonly stream: GhostStream;
    private readonly poll: PolledQuery<OrchestrationData>;
    private way: "streaming" | "polling" = "streaming";
    private polling: Want | null = null;
    private demand: Demand | null = null;
    private streamTimer: unknown = null;
    /** Counts states, so that an answer knows whether it was overtaken. */
    private revision = 0;
    private isPositionLost = false;

    constructor(client: GhostClient, store: Store<OrchestrationState>, publish: Publish) {
        this.client = client;
        this.store = store;
        this.publish = publish;
        this.stream = new GhostStream({
            environment: client.environment,
            open: (signal) => client.openChanges(this.position(), { signal }),
            onEvent: (event) => this.takeEvent(event),
            onConnection: (connection) => this.takeConnection(connection),
            onActivity: () => this.publish({ kind: "alive" }),
            retryDelay: () => this.demand?.retryDelay ?? 1000,
        });
        this.poll = new PolledQuery({
            environment: client.environment,
            fetch: (signal) => this.fetchStatus(signal),
            merge: (_, next) => next,
        });
        this.poll.store.listen(() => this.takePoll());
    }

    start(demand: Demand): void {
        this.demand = demand;
        this.stream.start();
    }

    change(demand: Demand): void {
        this.demand = demand;
        if (this.way === "polling") this.settlePolling();
    }

    stop(): void {
        this.demand = null;
        this.leavePolling();
        this.stream.stop();
        this.store.update({ connection: "idle", retryAt: null, isFetching: false });
    }

    wake(): void {
        if (this.demand !== null) this.stream.wake();
    }

    /** Tries again after the stream was given up. */
    restart(): void {
        if (this.demand !== null && this.way === "streaming") this.stream.start();
    }

    /** Polls now; null if nothing is polled. */
    refetchPoll(): Promise<void> | null {
        return this.polling === null ? null : this.poll.refetch();
    }

    /** Where to go on from; null where nothing is known that the server could go on from. */
    private position(): string | null {
        const { data } = this.store.get();
        if (data === null || data.epoch === null || this.isPositionLost) return null;
        return `${data.epoch}-${data.sequence}`;
    }

    /** Asks once; an answer that was overtaken gives way to what is known. */
    async fetchStatus(signal?: AbortSignal): Promise<OrchestrationData> {
        const { revision } = this;
        const next = await this.client.status({ signal });
        const { data } = this.store.get();
        if (data !== null && !supersedes(data, next, this.revision !== revision)) return data;
        this.accept(next);
        return this.store.get().data ?? next;
    }

    private accept(data: OrchestrationData): void {
        this.revision += 1;
        this.isPositionLost = false;
        this.store.update(afterSnapshot(this.store.get(), data, this.client.environment.now()));
        this.publish({ kind: "all" });
    }

    private takeEvent(event: ServerSentEvent): void {
        if (!["snapshot", "change", "gap"].includes(event.event)) return;
        const body = parseJSON(event.data);
        const position = event.id === null ? null : parsePosition(event.id);
        switch (event.event) {
            case "snapshot": {
                const data = parseOrchestration(isObject(body) && "data" in body ? body["data"] : body);
                this.accept(position === null ? data : { ...data, ...position });
                break;
            }
            case "change":
                this.takeChange(parseChange(body), position?.epoch ?? null);
                break;
            case "gap":
                parseGap(body);
                this.store.update({ gaps: this.store.get().gaps + 1 });
                break;
        }
    }

    private takeChange(change: StateChange, epoch: string | null): void {
        const state = this.store.get();
        const isForeign = epoch !== null && state.data !== null && state.data.epoch !== epoch;
        const next = isForeign ? "mismatch" : afterChange(state, change, this.client.environment.now());
        if (next === "mismatch") {
            // What is shown stays; but the server must not be asked to go on from it.
            this.isPositionLost = true;
            throw new GhostError("interrupted", `A change follows ${change.from}, which this client has not seen.`);
        }
        this.revision += 1;
        this.store.update(next);
        this.publish({ kind: "change", change, epoch: this.store.get().data?.epoch ?? "" });
    }

    private takeConnection(connection: Connection): void {
        if (this.demand === null) return;
        if (this.way === "polling") return this.takeConnectionWhilePolling(connection);
        const { data, failureCount } = this.store.get();
        switch (connection.state) {
            case "connecting":
                this.store.update({ connection: "connecting", isFetching: true, retryAt: null });
                break;
            case "open":
                this.takeOpen();
                break;
            case "waiting": {
                const { error, failures, retryAt } = connection;
                // A stream that was open and ends is no error yet where there are data: the next attempt will tell.
                const isBreak = failures === 0 && data !== null && error.code !== "protocol";
                const failure = isBreak ? {} : { error, failureCount: Math.max(1, failures) };
                this.store.update({ connection: "waiting", isFetching: false, retryAt, ...failure });
                break;
            }
            case "closed": {
                const { error } = connection;
                if (error?.saysStreamingIsImpossible) return this.enterPolling();
                const failure = error === null ? {} : { error, failureCount: failureCount + 1 };
                this.store.update({ connection: "closed", isFetching: false, retryAt: null, ...failure });
                break;
            }
        }
        this.publish({ kind: "all" });
    }

    private takeOpen(): void {
        const success = this.store.get().data === null ? {} : { error: null, failureCount: 0 };
        this.store.update({ connection: "open", isFetching: false, retryAt: null, ...success });
    }

    /** While polling, a stream either opens or is looked for again later. */
    private takeConnectionWhilePolling(connection: Connection): void {
        switch (connection.state) {
            case "open":
                this.leavePolling();
                this.takeOpen();
                this.publish({ kind: "all" });
                break;
            case "waiting":
                this.stream.stop();
                break;
            case "closed":
                this.lookForStreamLater();
                break;
            case "connecting":
                break;
        }
    }

    private enterPolling(): void {
        this.way = "polling";
        this.store.update({ connection: "polling", isFetching: false, retryAt: null });
        this.settlePolling();
        this.lookForStreamLater();
        this.publish({ kind: "all" });
    }

    private settlePolling(): void {
        const { demand } = this;
        if (demand === null || demand.purpose === "changes") this.endPolling();
        else if (this.polling === null) this.polling = this.poll.want(demand);
        else this.polling.change(demand);
    }

    private leavePolling(): void {
        this.way = "streaming";
        this.client.environment.clearTimer(this.streamTimer);
        this.endPolling();
    }

    private endPolling(): void {
        const { polling } = this;
        this.polling = null;
        polling?.release();
    }

    private lookForStreamLater(): void {
        this.client.environment.clearTimer(this.streamTimer);
        this.streamTimer = this.client.environment.setTimer(() => this.stream.start(), streamRetryInterval);
    }

    private takePoll(): void {
        if (this.polling === null) return;
        const { error, failureCount, isFetching, retryAt } = this.poll.store.get();
        this.store.update({ error, failureCount, isFetching, retryAt });
        this.publish({ kind: "all" });
    }
}

function parseJSON(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        throw new GhostError("protocol", "An event of the stream is not JSON.");
    }
}
