import type { ComponentName } from "./model/component.js";
import { componentNames } from "./model/component.js";
import type { OrchestrationData, StateChange } from "./model/orchestration.js";

/** What a change did to a state. */
export type Reduction =
    | { kind: "applied"; data: OrchestrationData }
    /** The state already contains it. */
    | { kind: "contained" }
    /** Something in between is missing: the state must be fetched anew. */
    | { kind: "mismatch" };

/**
 * Applies a change.
 *
 * A change carries whole values, so it may also be applied to a state that is newer than its `from`. Unchanged parts
 * keep their identity.
 */
export function reduce(data: OrchestrationData, change: StateChange): Reduction {
    if (change.from > data.sequence) return { kind: "mismatch" };
    if (change.seq < data.sequence) return { kind: "contained" };
    const timestamp = change.data.timestamp ?? data.timestamp;
    // Time alone can change a state: then the sequence stays, and the times tell which is newer.
    if (change.seq === data.sequence && timestamp < data.timestamp) return { kind: "contained" };

    const components = keepEqual(pick(data), { ...pick(data), ...change.components });
    const top = { ...change.data } as Partial<OrchestrationData>;
    for (const key of Object.keys(top) as (keyof OrchestrationData)[]) {
        (top as Record<string, unknown>)[key] = keepEqual(data[key], top[key]);
    }
    const next = { ...data, ...top, ...components, sequence: change.seq };
    return { kind: "applied", data: { ...next, orchestration: { ...components, lastUpdate: next.lastUpdate } } };
}

function pick(data: OrchestrationData): Pick<OrchestrationData, ComponentName> {
    const { sentinel, watchdog, executor, selfcheck, lifecycle } = data;
    return { sentinel, watchdog, executor, selfcheck, lifecycle };
}

/** A whole new state with the identity of every part that equals the old one. */
export function replace(old: OrchestrationData | null, data: OrchestrationData): OrchestrationData {
    if (old === null) return data;
    const next = keepEqual(old, { ...data, orchestration: old.orchestration });
    if (next === old) return old;
    // Both shapes share their objects, so that a part has one identity whichever way it is read.
    const isSame = next.lastUpdate === old.lastUpdate && componentNames.every((name) => next[name] === old[name]);
    const orchestration = isSame ? old.orchestration : { ...pick(next), lastUpdate: next.lastUpdate };
    return { ...next, orchestration };
}

/**
 * Whether an answer to a request may take the place of a state.
 *
 * @param overtaken whether another state came after the request was sent.
 */
export function supersedes(old: OrchestrationData | null, next: OrchestrationData, overtaken: boolean): boolean {
    if (old === null) return true;
    if (old.epoch === null || old.epoch !== next.epoch) return !overtaken;
    if (old.sequence !== next.sequence) return next.sequence > old.sequence;
    return next.timestamp >= old.timestamp;
}

/** The new value, with old objects in the place of equal new ones; depth-bounded by the JSON it came from. */
export function keepEqual<Value>(old: unknown, next: Value): Value {
    if (Object.is(old, next)) return next;
    if (Array.isArray(old) && Array.isArray(next)) {
        let same = old.length === next.length;
        const merged = next.map((item: unknown, index) => {
            const kept = keepEqual(old[index] as unknown, item);
            if (!Object.is(kept, old[index])) same = false;
            return kept;
        });
        return (same ? old : merged) as Value;
    }
    if (isPlain(old) && isPlain(next)) {
        const keys = Object.keys(next);
        let same = keys.length === Object.keys(old).length;
        const merged = keys.map((key): [string, unknown] => {
            // A name from a log may be that of something every object has, such as `__proto__`.
            const isOld = Object.prototype.hasOwnProperty.call(old, key);
            const kept = keepEqual(isOld ? old[key] : undefined, next[key]);
            if (!isOld || !Object.is(kept, old[key])) same = false;
            return [key, kept];
        });
        return (same ? old : Object.fromEntries(merged)) as Value;
    }
    return next;
}

function isPlain(value: unknown): value is Record<string, unknown> {
    if (typeof value !== "object" || value === null) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
}

/** Splits an id at its last `-` into the epoch and the sequence; null if it is none. */
export function parsePosition(id: string): { epoch: string; sequence: number } | null {
    const dash = id.lastIndexOf("-");
    const digits = id.slice(dash + 1);
    if (dash < 0 || !/^\d{1,16}$/.test(digits)) return null;
    return { epoch: id.slice(0, dash), sequence: Number(digits) };
}
