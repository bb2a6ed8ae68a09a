import type { RetryPolicy } from "./backoff.js";
import type { Environment } from "./environment.js";

/** What somebody who wants data asks for. */
export interface Demand extends RetryPolicy {
    /** Milliseconds between requests where there is no stream; `Infinity` for none. */
    pollingInterval: number;
    /** How old data may be, in milliseconds, to be taken without a request at the beginning. */
    staleTime: number;
    /** How many entries of a list are wanted. */
    entries: number;
    /** Whether the data themselves are wanted, or only to be told when they change, which is worth no request. */
    purpose: "data" | "changes";
}

/** One party's demand, until it is released. */
export interface Want {
    change(demand: Demand): void;
    release(): void;
}

/** What a set of demands makes somebody do. */
export interface Supply {
    start(demand: Demand): void;
    change(demand: Demand): void;
    stop(): void;
}

/** Adds up who wants the same thing, so that it is fetched once, as often as the most eager one asks. */
export class Demands {
    private readonly wants = new Set<{ demand: Demand }>();
    private readonly environment: Environment;
    private readonly supply: Supply;
    private readonly linger: () => number;
    private lingering: unknown = null;
    private supplied: Demand | null = null;

    /** @param linger how long to go on after the last one left, in milliseconds; asked when that happens. */
    constructor(environment: Environment, linger: () => number, supply: Supply) {
        this.environment = environment;
        this.linger = linger;
        this.supply = supply;
    }

    /** The demands as one; null when nobody wants anything. */
    get sum(): Demand | null {
        if (this.wants.size === 0) return null;
        const all = [...this.wants].map((want) => want.demand);
        const least = (of: (demand: Demand) => number): number => Math.min(...all.map(of));
        const most = (of: (demand: Demand) => number): number => Math.max(...all.map(of));
        return {
            pollingInterval: least((demand) => demand.pollingInterval),
            staleTime: least((demand) => demand.staleTime),
            retryDelay: least((demand) => demand.retryDelay),
            retryAttempts: most((demand) => demand.retryAttempts),
            entries: most((demand) => demand.entries),
            purpose: all.some((demand) => demand.purpose === "data") ? "data" : "changes",
        };
    }

    add(demand: Demand): Want {
        const want = { demand };
        this.wants.add(want);
        this.settle();
        return {
            change: (changed) => {
                want.demand = changed;
                this.settle();
            },
            release: () => {
                if (this.wants.delete(want)) this.settle();
            },
        };
    }

    /** Ends the lingering if nobody wants anything: what is kept for the next one to come must not cost requests. */
    cutLinger(): void {
        if (this.wants.size === 0) this.lingerFor(0);
    }

    private lingerFor(duration: number): void {
        this.environment.clearTimer(this.lingering);
        if (this.supplied === null) return;
        this.lingering = this.environment.setTimer(() => {
            this.supplied = null;
            this.supply.stop();
        }, duration);
    }

    private settle(): void {
        const { sum } = this;
        this.environment.clearTimer(this.lingering);
        if (sum === null) {
            this.lingerFor(this.linger());
        } else if (this.supplied === null) {
            this.supplied = sum;
            this.supply.start(sum);
        } else if (!isEqual(this.supplied, sum)) {
            this.supplied = sum;
            this.supply.change(sum);
        }
    }
}

function isEqual(left: Demand, right: Demand): boolean {
    return (Object.keys(left) as (keyof Demand)[]).every((key) => left[key] === right[key]);
}
