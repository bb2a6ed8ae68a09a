import type { GhostError } from "./errors.js";

/**
 * How fresh data come in.
 *
 * - `idle`: nobody asks for them
 * - `connecting`, `open`, `waiting`: by a stream; `waiting` is the time before the next attempt
 * - `polling`: by requests, where there is no stream
 * - `closed`: given up because of an error that lasts
 */
export type ConnectionName = "idle" | "connecting" | "open" | "waiting" | "polling" | "closed";

/** What is known of something that is kept up to date. */
export interface LiveState<Data> {
    /** The last good data; they stay while newer ones cannot be had. */
    data: Data | null;
    /** When they came, in milliseconds since 1970; 0 for never. */
    dataUpdatedAt: number;
    /** Why the newest attempt failed; null again once one succeeds. */
    error: GhostError | null;
    /** Attempts in a row that failed. */
    failureCount: number;
    isFetching: boolean;
    connection: ConnectionName;
    /** When the next attempt is due, if one is waited for. */
    retryAt: number | null;
}

/** Nothing is known yet. */
export function emptyState<Data>(): LiveState<Data> {
    return {
        data: null,
        dataUpdatedAt: 0,
        error: null,
        failureCount: 0,
        isFetching: false,
        connection: "idle",
        retryAt: null,
    };
}

/** A value that can be watched. */
export class Store<State extends object> {
    private current: State;
    private readonly listeners = new Set<() => void>();

    constructor(initial: State) {
        this.current = initial;
    }

    readonly get = (): State => this.current;

    readonly listen = (listener: () => void): (() => void) => {
        this.listeners.add(listener);
        return () => {
            this.listeners.delete(listener);
        };
    };

    /** Takes over what is given; tells the listeners if that differs. */
    update(part: Partial<State>): void {
        const { current } = this;
        const keys = Object.keys(part) as (keyof State)[];
        if (keys.every((key) => Object.is(current[key], part[key]))) return;
        this.current = { ...current, ...part };
        for (const listener of [...this.listeners]) tellSafely(listener);
    }
}

/** What a listener throws is told as browsers tell it of theirs, and keeps nothing here from going on. */
function tellSafely(listener: () => void): void {
    try {
        listener();
    } catch (thrown) {
        if (typeof globalThis.reportError === "function") globalThis.reportError(thrown);
        else console.error(thrown);
    }
}
