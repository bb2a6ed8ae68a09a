import type { GhostClient } from "./client.js";
import type { Demand, Want } from "./demand.js";
import { Demands } from "./demand.js";
import { Leadership } from "./leadership.js";
import { afterChange, emptyOrchestration, LiveOrchestration } from "./live.js";
import type { OrchestrationState } from "./live.js";
import type { OrchestrationData, StateChange } from "./model/orchestration.js";
import type { Source } from "./query.js";
import { replace, supersedes } from "./reducer.js";
import { packError, unpackError } from "./wire-error.js";
import type { PackedError } from "./wire-error.js";

/** How long the connection stays after the last one left, in milliseconds: for pages that change their components. */
export const connectionLinger = 1000;

/** A leader whose stream lives says so at most this often, in milliseconds. */
const aliveInterval = 5000;

/** Whether pages of one origin share a connection, or each page has its own. */
export type Sharing = "origin" | "page";

/** What a leader tells its followers of the connection. */
type View = Pick<OrchestrationState, "connection" | "failureCount" | "isFetching" | "retryAt" | "gaps"> & {
    error: PackedError | null;
};

type Message =
    /** A page asks for everything. */
    | { kind: "hello" }
    /** `polls` says whether the leader asks for data itself where there is no stream. */
    | { kind: "all"; data: OrchestrationData | null; dataUpdatedAt: number; view: View; polls: boolean }
    | { kind: "change"; epoch: string; change: StateChange; view: View }
    | { kind: "alive" };

/**
 * The one connection to a server: of all components of a page and, where the browser allows, of all pages of an origin.
 *
 * One page leads and tells the others what it hears. When it goes, another goes on from the state it has, by the id of
 * the last change, so that nothing is missed.
 */
export class SharedOrchestration implements Source<OrchestrationData, OrchestrationState> {
    readonly store = emptyOrchestration();
    private readonly client: GhostClient;
    private readonly demands: Demands;
    private readonly live: LiveOrchestration;
    private readonly leadership: Leadership<Message>;
    private demand: Demand | null = null;
    private stopWaking: (() => void) | null = null;
    private refetching: Promise<void> | null = null;
    private lastAlive = 0;

    constructor(client: GhostClient, sharing: Sharing) {
        this.client = client;
        const { environment } = client;
        this.live = new LiveOrchestration(client, this.store, (news) => {
            if (news.kind === "change") this.tell({ ...news, view: this.view() });
            else if (news.kind === "all") this.tellAll();
            else this.tellAlive();
        });
        this.leadership = new Leadership<Message>(environment, `ghost:1:${client.baseUrl}`, sharing === "origin", {
            onLead: () => {
                if (this.demand !== null) this.live.start(this.demand);
            },
            onFollow: () => {
                this.live.stop();
                this.store.update({ connection: "connecting" });
            },
            onMessage: (message) => this.take(message),
            hello: { kind: "hello" },
        });
        // Only an open stream is kept for the next one to come; anything else would cost requests for nobody.
        const linger = (): number => (this.store.get().connection === "open" ? connectionLinger : 0);
        this.store.listen(() => {
            if (linger() === 0) this.demands.cutLinger();
        });
        this.demands = new Demands(environment, linger, {
            start: (demand) => {
                this.demand = demand;
                this.stopWaking = environment.onWake(() => {
                    this.live.wake();
                    this.leadership.wake();
                });
                this.store.update({ connection: "connecting" });
                this.leadership.join();
            },
            change: (demand) => {
                this.demand = demand;
                if (this.leadership.role === "leader") this.live.change(demand);
                // Whether the leader has what is wanted now, its answer tells.
                else if (this.store.get().connection === "polling") this.leadership.greet();
            },
            stop: () => {
                this.demand = null;
                this.stopWaking?.();
                this.live.stop();
                this.leadership.leave();
                this.store.update({ connection: "idle" });
            },
        });
    }

    want(demand: Demand): Want {
        return this.demands.add(demand);
    }

    /** Where a request is under way, or due by itself, this is that one; else one more is sent. */
    refetch(): Promise<void> {
        const { connection, retryAt } = this.store.get();
        const leads = this.leadership.role === "leader";
        if (leads && connection === "waiting" && retryAt !== null) this.live.wake();
        if (leads && connection === "closed") this.live.restart();
        if (this.store.get().connection === "connecting") return this.settled();
        const poll = leads ? this.live.refetchPoll() : null;
        if (poll !== null) return poll;
        this.refetching ??= this.ask().finally(() => {
            this.refetching = null;
        });
        return this.refetching;
    }

    private async ask(): Promise<void> {
        try {
            await this.live.fetchStatus();
        } catch (thrown) {
            const error = packError(thrown);
            this.store.update({ error: unpackError(error), failureCount: this.store.get().failureCount + 1 });
        }
    }

    /** Ends when a connection attempt has an outcome. */
    private settled(): Promise<void> {
        return new Promise((resolve) => {
            const stop = this.store.listen(() => {
                const { connection, data, failureCount } = this.store.get();
                const isPolled = connection === "polling" && this.demand?.purpose === "data" && failureCount === 0;
                if (connection === "connecting" || (data === null && (connection === "open" || isPolled))) return;
                stop();
                resolve();
            });
        });
    }

    private view(): View {
        const { connection, failureCount, isFetching, retryAt, gaps, error } = this.store.get();
        return { connection, failureCount, isFetching, retryAt, gaps, error: error && packError(error) };
    }

    private tell(message: Message): void {
        this.lastAlive = this.client.environment.now();
        this.leadership.tell(message);
    }

    private tellAll(): void {
        const { data, dataUpdatedAt } = this.store.get();
        const polls = this.demand?.purpose === "data";
        this.tell({ kind: "all", data, dataUpdatedAt, view: this.view(), polls });
    }

    private tellAlive(): void {
        // A clock that was set back counts as time that passed.
        const passed = Math.abs(this.client.environment.now() - this.lastAlive);
        if (passed >= aliveInterval) this.tell({ kind: "alive" });
    }

    private take(message: Message): void {
        if (message.kind === "hello") {
            if (this.leadership.role === "leader") this.tellAll();
            return;
        }
        if (this.leadership.role === "leader") return;
        switch (message.kind) {
            case "alive":
                break;
            case "all": {
                const { data } = this.store.get();
                const next = message.data;
                // A leader may know less than its followers for a moment: it has just begun.
                const isNews = next !== null && (data === null || supersedes(data, next, false));
                const fresh = isNews ? { data: replace(data, next), dataUpdatedAt: message.dataUpdatedAt } : {};
                this.store.update({ ...fresh, ...unpackView(message.view) });
                // A leader that wants to be told of changes only does not poll; the page that needs the data does.
                const isLeft = message.view.connection === "polling" && !message.polls;
                if (isLeft && this.demand?.purpose === "data") this.leadership.takeOver();
                break;
            }
            case "change": {
                const state = this.store.get();
                const isForeign = state.data !== null && state.data.epoch !== message.epoch;
                const now = this.client.environment.now();
                const next = isForeign ? "mismatch" : afterChange(state, message.change, now);
                if (next === "mismatch") this.leadership.greet();
                else this.store.update({ ...next, ...unpackView(message.view) });
                break;
            }
        }
    }
}

function unpackView(view: View): Partial<OrchestrationState> {
    return { ...view, error: view.error && unpackError(view.error) };
}
