import type { Channel, Environment, Locks } from "@ghost/client";
import { seededRandom } from "@ghost/client";
import type { FakeClock } from "./clock.js";
import type { FakeServer } from "./server.js";

interface Claim {
    tab: object;
    signal: AbortSignal | undefined;
    held: () => Promise<void>;
    resolve(value: unknown): void;
    reject(error: unknown): void;
}

/** What the tabs of one origin share: locks and channels. */
export class FakeOrigin {
    private readonly holders = new Map<string, Claim>();
    private readonly queues = new Map<string, Claim[]>();
    private readonly channels = new Set<{ tab: object; name: string; channel: Channel }>();
    messages = 0;

    locksFor(tab: object): Locks {
        return {
            request: (name, options, held) =>
                new Promise((resolve, reject) => {
                    const claim: Claim = { tab, signal: options.signal, held, resolve, reject };
                    options.signal?.addEventListener("abort", () => {
                        const queue = this.queues.get(name) ?? [];
                        if (!queue.includes(claim)) return;
                        this.queues.set(name, queue.filter((each) => each !== claim));
                        reject(new DOMException("stopped", "AbortError"));
                    });
                    if (options.steal) {
                        this.holders.get(name)?.reject(new DOMException("stolen", "AbortError"));
                        this.holders.delete(name);
                        this.queues.set(name, [claim, ...(this.queues.get(name) ?? [])]);
                    } else {
                        this.queues.set(name, [...(this.queues.get(name) ?? []), claim]);
                    }
                    queueMicrotask(() => this.grant(name));
                }),
        };
    }

    private grant(name: string): void {
        if (this.holders.has(name)) return;
        const claim = this.queues.get(name)?.shift();
        if (claim === undefined) return;
        this.holders.set(name, claim);
        claim.held().then(claim.resolve, claim.reject).finally(() => this.release(name, claim));
    }

    private release(name: string, claim: Claim): void {
        if (this.holders.get(name) !== claim) return;
        this.holders.delete(name);
        this.grant(name);
    }

    channelFor(tab: { isFrozen: boolean }, name: string): Channel {
        const entry: { tab: { isFrozen: boolean }; name: string; channel: Channel } = {
            tab,
            name,
            channel: {
                onmessage: null,
                postMessage: (message) => {
                    if (tab.isFrozen) return;
                    this.messages += 1;
                    const data: unknown = structuredClone(message);
                    for (const other of [...this.channels]) {
                        if (other === entry || other.name !== name) continue;
                        queueMicrotask(() => {
                            if ((other.tab as { isFrozen: boolean }).isFrozen || !this.channels.has(other)) return;
                            other.channel.onmessage?.({ data });
                        });
                    }
                },
                close: () => {
                    this.channels.delete(entry);
                },
            },
        };
        this.channels.add(entry);
        return entry.channel;
    }

    /** What a browser does when a tab is gone without a word. */
    bury(tab: object): void {
        for (const entry of [...this.channels]) if (entry.tab === tab) this.channels.delete(entry);
        for (const [name, queue] of this.queues) this.queues.set(name, queue.filter((claim) => claim.tab !== tab));
        for (const [name, claim] of [...this.holders]) if (claim.tab === tab) this.release(name, claim);
    }
}

/** One page. */
export class FakeTab {
    isFrozen = false;
    readonly environment: Environment;
    private readonly origin: FakeOrigin | null;
    private readonly wakers = new Set<() => void>();

    constructor(server: FakeServer, clock: FakeClock, origin: FakeOrigin | null = null, seed = 1) {
        this.origin = origin;
        this.environment = {
            fetch: (url, init) => server.fetch(url, init),
            now: clock.now,
            setTimer: (run, delay) => clock.setTimer(() => (this.isFrozen ? undefined : run()), delay),
            clearTimer: clock.clearTimer,
            random: seededRandom(seed),
            locks: origin?.locksFor(this) ?? null,
            openChannel: origin === null ? null : (name) => origin.channelFor(this, name),
            onWake: (listener) => {
                this.wakers.add(listener);
                return () => this.wakers.delete(listener);
            },
        };
    }

    wake(): void {
        for (const waker of [...this.wakers]) waker();
    }

    /** The tab is gone: none of its code runs again, and the browser gives its locks away. */
    crash(): void {
        this.isFrozen = true;
        this.origin?.bury(this);
    }
}
