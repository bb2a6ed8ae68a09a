/** Everything that this package takes from the page or the process it runs in. */
export interface Environment {
    fetch(url: string, init: RequestInit): Promise<Response>;
    /** Milliseconds since 1970. */
    now(): number;
    setTimer(run: () => void, delay: number): unknown;
    clearTimer(timer: unknown): void;
    /** From 0 up to, not including, 1. */
    random(): number;
    /** The Web Locks of the origin; null where there are none. */
    locks: Locks | null;
    /** Opens a channel to the other pages of the origin; null where there are none. */
    openChannel: ((name: string) => Channel) | null;
    /** Calls back when the page comes back: to the network, to the foreground, from sleep. Returns how to stop that. */
    onWake(listener: () => void): () => void;
}

/** The part of `LockManager` that is used. */
export interface Locks {
    request(
        name: string,
        options: { signal?: AbortSignal; steal?: boolean },
        held: () => Promise<void>,
    ): Promise<unknown>;
}

/** The part of `BroadcastChannel` that is used. */
export interface Channel {
    postMessage(message: unknown): void;
    onmessage: ((event: { data: unknown }) => void) | null;
    close(): void;
}

/** The longest delay that a browser's timer takes, in milliseconds; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;

/** The page or process that this code runs in. Nothing global is touched before a member is used. */
export function hostEnvironment(overrides: Partial<Environment> = {}): Environment {
    const host: Environment = {
        fetch: (url, init) => globalThis.fetch(url, init),
        now: () => Date.now(),
        setTimer: (run, delay) => globalThis.setTimeout(run, Math.min(delay, longestTimer)),
        clearTimer: (timer) => globalThis.clearTimeout(timer as number | undefined),
        random: () => Math.random(),
        get locks() {
            // Absent on pages that did not come by a trustworthy way, and on servers.
            return typeof navigator === "undefined" ? null : ((navigator.locks as Locks | undefined) ?? null);
        },
        get openChannel() {
            if (typeof BroadcastChannel === "undefined") return null;
            return (name: string) => new BroadcastChannel(name) as Channel;
        },
        onWake(listener) {
            if (typeof window === "undefined") return () => {};
            const visible = (): void => {
                if (document.visibilityState === "visible") listener();
            };
            window.addEventListener("online", listener);
            window.addEventListener("pageshow", listener);
            document.addEventListener("visibilitychange", visible);
            return () => {
                window.removeEventListener("online", listener);
                window.removeEventListener("pageshow", listener);
                document.removeEventListener("visibilitychange", visible);
            };
        },
    };
    // Not spread: the getters must stay getters.
    return Object.defineProperties(host, Object.getOwnPropertyDescriptors(overrides)) as Environment;
}
