import type { Demand, SharedGhostOptions } from "@ghost/client";
import { defaultDemand, SharedGhost } from "@ghost/client";
import type { FakeOrigin } from "./browser.js";
import { FakeTab } from "./browser.js";
import { FakeClock } from "./clock.js";
import { FakeServer } from "./server.js";

/** What the hooks ask for by default. */
export const usual: Demand = {
    ...defaultDemand,
    pollingInterval: 10_000,
    staleTime: 10_000,
    retryAttempts: 3,
    retryDelay: 2000,
};

export const streamPath = "/api/orchestrator/stream";
export const statusPath = "/api/orchestrator/status";

/** A page without components: a clock, a server and what is shared. */
export class Station {
    readonly clock: FakeClock;
    readonly server: FakeServer;
    readonly tab: FakeTab;
    readonly ghost: SharedGhost;

    constructor(beside?: Station, origin: FakeOrigin | null = null, options: SharedGhostOptions = {}) {
        this.clock = beside?.clock ?? new FakeClock();
        this.server = beside?.server ?? new FakeServer(this.clock.now);
        this.tab = new FakeTab(this.server, this.clock, origin, beside === undefined ? 1 : 2);
        this.ghost = new SharedGhost({ environment: this.tab.environment, ...options });
    }

    get state() {
        return this.ghost.orchestration.store.get();
    }

    /** Wants the components and lets the first answer come. */
    async follow(demand: Partial<Demand> = {}) {
        const want = this.ghost.orchestration.want({ ...usual, ...demand });
        await this.clock.advance(0);
        return want;
    }
}
