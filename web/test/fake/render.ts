import "./dom.js";
import { GhostProvider, SharedGhost } from "@ghost/react";
import type { ReactElement } from "react";
import * as React from "react";
import { createRoot } from "react-dom/client";
import { act as oldAct } from "react-dom/test-utils";
import type { FakeOrigin } from "./browser.js";
import { FakeTab } from "./browser.js";
import { FakeClock, settle } from "./clock.js";
import { FakeServer } from "./server.js";

// React 19 has it in the main module.
const { act: newAct } = React as unknown as { act?: typeof oldAct };
const act = newAct ?? oldAct;

function isHookResult(result: unknown): result is object {
    return typeof result === "object" && result !== null && "refetch" in result;
}

/** A page with a server, a clock and mounted components. */
export class Page {
    readonly clock: FakeClock;
    readonly server: FakeServer;
    readonly tab: FakeTab;
    readonly ghost: SharedGhost;
    private readonly unmounts: (() => Promise<void>)[] = [];

    /** @param beside a page that talks to the same server at the same time. */
    constructor({ beside, origin }: { beside?: Page; origin?: FakeOrigin } = {}) {
        this.clock = beside?.clock ?? new FakeClock();
        this.server = beside?.server ?? new FakeServer(this.clock.now);
        this.tab = new FakeTab(this.server, this.clock, origin ?? null);
        this.ghost = new SharedGhost({ environment: this.tab.environment });
    }

    /** Mounts a component that calls a hook; what it returned, newest last, is in `seen`. */
    async mount<Result>(hook: () => Result, how: { strict?: boolean; copies?: number } = {}): Promise<Mounted<Result>> {
        const seen: Result[] = [];
        let rendered = 0;
        let callHook = hook;
        const Probe = (): null => {
            rendered += 1;
            const result = callHook();
            // What a hook returns tracks what is read of it: a copy reads all, and stays as it was.
            seen.push(isHookResult(result) ? { ...result } : result);
            return null;
        };
        const tree = (): ReactElement => {
            const copies = Array.from({ length: how.copies ?? 1 }, (_, key) => React.createElement(Probe, { key }));
            const provided = React.createElement(GhostProvider, { ghost: this.ghost }, ...copies);
            return how.strict ? React.createElement(React.StrictMode, null, provided) : provided;
        };
        const root = createRoot(document.createElement("div"));
        const run = async (work: () => void): Promise<void> => {
            await act(async () => {
                work();
                await settle();
            });
        };
        await run(() => root.render(tree()));
        const unmount = (): Promise<void> => run(() => root.unmount());
        this.unmounts.push(unmount);
        return {
            seen,
            get last() {
                return seen.at(-1) as Result;
            },
            get renders() {
                return rendered;
            },
            rerender: (next) => {
                callHook = next ?? callHook;
                return run(() => root.render(tree()));
            },
            unmount,
        };
    }

    /** Does something, lets everything settle, and lets React catch up. */
    async do(work: () => unknown = () => {}): Promise<void> {
        await act(async () => {
            await work();
            await settle();
        });
    }

    /** Passes time. */
    async pass(duration: number): Promise<void> {
        await act(() => this.clock.advance(duration));
    }

    async close(): Promise<void> {
        for (const unmount of this.unmounts) await unmount();
    }
}

export interface Mounted<Result> {
    seen: Result[];
    readonly last: Result;
    readonly renders: number;
    rerender(hook?: () => Result): Promise<void>;
    unmount(): Promise<void>;
}
