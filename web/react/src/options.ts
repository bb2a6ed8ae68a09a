import type { Demand } from "@ghost/client";

/** The options of all hooks. Where two names mean the same, the first one given counts. */
export interface HookOptions {
    /** Milliseconds between requests where there is no stream. */
    pollingInterval?: number;
    /** The same; `false` for never. */
    refetchInterval?: number | false;
    /** How often a failed request is tried again before `onError` is called. */
    retryAttempts?: number;
    /** The same; `false` for never. */
    retry?: number | false;
    /** The ceiling of the first delay before trying again, in milliseconds; it doubles up to 30 s. */
    retryDelay?: number;
    /** How old data may be, in milliseconds, to be used without a request; by default the polling interval. */
    staleTime?: number;
    /** Whether to keep the data up to date at all. */
    enabled?: boolean;
    /** Called once when the attempts are used up, and not again before one succeeds. */
    onError?: (error: Error) => void;
}

/** Options of hooks about a part of something. */
export interface InitialOptions<Data> extends HookOptions {
    /** What to show until the first answer, for example from the server that rendered the page. */
    initialData?: Data;
}

/** Options of hooks about the whole of something. */
export interface SelectOptions<Data, Selected> extends InitialOptions<Data> {
    /** What of the data is wanted. The component renders again only when this changes. */
    select?: (data: Data) => Selected;
}

export interface Defaults {
    pollingInterval: number;
    retryAttempts: number;
    retryDelay: number;
}

export interface Settings {
    demand: Demand;
    enabled: boolean;
    onError: (error: Error) => void;
}

const alreadyTold = new WeakSet<Error>();

/** Many components see the same error; the console is told once. */
function tellConsole(error: Error): void {
    if (alreadyTold.has(error)) return;
    alreadyTold.add(error);
    console.error(error);
}

/** Fills in what was not given. */
export function settingsOf(options: HookOptions, defaults: Defaults, entries = 0): Settings {
    const interval = options.pollingInterval ?? options.refetchInterval ?? defaults.pollingInterval;
    const attempts = options.retryAttempts ?? options.retry ?? defaults.retryAttempts;
    const pollingInterval = interval === false || interval <= 0 ? Infinity : interval;
    return {
        demand: {
            pollingInterval,
            retryAttempts: attempts === false ? 0 : attempts,
            retryDelay: options.retryDelay ?? defaults.retryDelay,
            staleTime: options.staleTime ?? (Number.isFinite(pollingInterval) ? pollingInterval : 0),
            entries,
            purpose: "data",
        },
        enabled: options.enabled ?? true,
        onError: options.onError ?? tellConsole,
    };
}
