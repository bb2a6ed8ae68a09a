/** Lets everything run that waits for no timer: promises, streams, messages between pages. */
export async function settle(): Promise<void> {
    for (let round = 0; round < 12; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

declare function setImmediate(run: (value: void) => void): void;

/** Time that passes only when a test says so. */
export class FakeClock {
    private time = Date.parse("2026-11-22T12:00:00.000Z");
    private next = 1;
    private readonly timers = new Map<number, { at: number; run: () => void }>();

    now = (): number => this.time;

    setTimer = (run: () => void, delay: number): unknown => {
        const id = this.next++;
        this.timers.set(id, { at: this.time + delay, run });
        return id;
    };

    clearTimer = (timer: unknown): void => {
        this.timers.delete(timer as number);
    };

    /** How long until the next timer, in milliseconds. */
    get untilNext(): number | null {
        const due = [...this.timers.values()].map(({ at }) => at);
        return due.length === 0 ? null : Math.max(0, Math.min(...due) - this.time);
    }

    get timerCount(): number {
        return this.timers.size;
    }

    /** Passes time; each timer fires at its own instant, and what it sets off is done before the next one. */
    async advance(duration: number): Promise<void> {
        const end = this.time + duration;
        await settle();
        for (;;) {
            const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
            if (due === undefined) break;
            const [id, { at, run }] = due;
            this.timers.delete(id);
            this.time = Math.max(this.time, at);
            run();
            await settle();
        }
        this.time = end;
        await settle();
    }
}
