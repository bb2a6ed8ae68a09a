import type { Demand, Want } from "./demand.js";
import { Demands } from "./demand.js";
import type { Environment } from "./environment.js";
import { asGhostError } from "./errors.js";
import type { Query, QueryInput, Rhythm } from "./query-machine.js";
import { stepQuery } from "./query-machine.js";
import { keepEqual } from "./reducer.js";
import type { LiveState } from "./store.js";
import { emptyState, Store } from "./store.js";

/** What a query asks for when nobody has said otherwise. */
export const defaultDemand: Demand = {
    pollingInterval: Infinity,
    staleTime: 0,
    retryAttempts: 0,
    retryDelay: 1000,
    entries: 0,
    purpose: "data",
};

/** Something that is kept up to date while somebody wants it. */
export interface Source<Data, State extends LiveState<Data> = LiveState<Data>> {
    readonly store: Store<State>;
    want(demand: Demand): Want;
    /** Asks for it now; ends when the answer, or the failure, is in the state. Never rejects. */
    refetch(): Promise<void>;
}

export interface PolledQueryOptions<Data> {
    environment: Environment;
    fetch(signal: AbortSignal): Promise<Data>;
    /** How to put an answer in the place of the old data; by default equal parts keep their identity. */
    merge?(old: Data | null, next: Data): Data;
}

/** Asks for one thing for everybody who wants it: one request at a time. Carries out what `stepQuery` decides. */
export class PolledQuery<Data> implements Source<Data> {
    readonly store = new Store<LiveState<Data>>(emptyState<Data>());
    private readonly environment: Environment;
    private readonly fetch: (signal: AbortSignal) => Promise<Data>;
    private readonly merge: (old: Data | null, next: Data) => Data;
    private readonly demands: Demands;
    private demand = defaultDemand;
    private rhythm: Rhythm = "polled";
    private query: Query = { state: "idle" };
    private request: { abort: AbortController; settled: Promise<void> } | null = null;
    private timer: unknown = null;

    constructor(options: PolledQueryOptions<Data>) {
        this.environment = options.environment;
        this.fetch = (signal) => options.fetch(signal);
        this.merge = options.merge ?? ((old, next) => keepEqual(old, next));
        // Lingers until the next task only: long enough for a component that is mounted again in the same breath.
        this.demands = new Demands(this.environment, () => 0, {
            start: (demand) => {
                this.demand = demand;
                this.take({ kind: "start", at: this.environment.now(), updatedAt: this.store.get().dataUpdatedAt });
            },
            change: (demand) => {
                this.demand = demand;
                this.retime();
            },
            stop: () => this.take({ kind: "stop" }),
        });
    }

    want(demand: Demand): Want {
        return this.demands.add(demand);
    }

    async refetch(): Promise<void> {
        if (this.query.state !== "idle") this.take({ kind: "refetch" });
        else if (this.request === null) this.send();
        await this.request?.settled;
    }

    /** Says that the data have changed on the server. Does nothing while nobody wants them. */
    noticeChange(): void {
        this.take({ kind: "changed" });
    }

    /** Says whether changes are noticed, so that polling is not needed. */
    setRhythm(rhythm: Rhythm): void {
        if (this.rhythm === rhythm) return;
        this.rhythm = rhythm;
        this.retime();
    }

    private retime(): void {
        this.take({ kind: "retimed", at: this.environment.now(), updatedAt: this.store.get().dataUpdatedAt });
    }

    private take(input: QueryInput): void {
        const before = this.query;
        const query = stepQuery(before, input, this.demand, this.rhythm);
        if (query === before) return;
        this.query = query;
        if (query.state === "idle") this.abort();
        if (query.state === "fetching" && this.request === null) this.send();
        this.environment.clearTimer(this.timer);
        if (query.state === "resting" && query.due !== null) {
            const delay = Math.max(0, query.due - this.environment.now());
            this.timer = this.environment.setTimer(() => this.take({ kind: "due" }), delay);
        }
        this.store.update({
            connection: query.state === "idle" ? "idle" : "polling",
            retryAt: query.state === "resting" && query.failures > 0 ? query.due : null,
        });
    }

    private send(): void {
        const abort = new AbortController();
        const settled = this.run(abort);
        this.request = { abort, settled };
        this.store.update({ isFetching: true });
    }

    private async run(abort: AbortController): Promise<void> {
        // A request is never sent from inside the call that wants it: the state is settled first.
        await null;
        let result: { data: Data } | { thrown: unknown };
        try {
            if (abort.signal.aborted) return;
            result = { data: await this.fetch(abort.signal) };
        } catch (thrown) {
            result = { thrown };
        }
        if (this.request?.abort !== abort) return;
        this.request = null;
        const at = this.environment.now();
        const old = this.store.get();
        if ("data" in result) {
            const data = this.merge(old.data, result.data);
            this.store.update({ data, dataUpdatedAt: at, error: null, failureCount: 0, isFetching: false });
            this.take({ kind: "answered", at });
        } else {
            const error = asGhostError(result.thrown, "asking the server");
            this.store.update({ error, failureCount: old.failureCount + 1, isFetching: false });
            this.take({ kind: "failed", error, at, random: this.environment.random() });
        }
    }

    private abort(): void {
        const request = this.request;
        this.request = null;
        request?.abort.abort();
        this.store.update({ isFetching: false });
    }
}
