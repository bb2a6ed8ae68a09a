import { retryDelayFor } from "./backoff.js";
import type { Demand } from "./demand.js";
import type { GhostError } from "./errors.js";

/** Whether something is asked for again and again, or tells of itself by a stream. */
export type Rhythm = "polled" | "pushed";

/** Where a query stands. A value; `stepQuery` says how one follows from another. */
export type Query =
    | { state: "idle" }
    /** `attempt` counts retries, `failures` all failures in a row. */
    | { state: "fetching"; attempt: number; failures: number; again: "no" | "yes" }
    /** The next request is due at `due`; null if none is. */
    | { state: "resting"; attempt: number; failures: number; due: number | null };

export type QueryInput =
    /** Somebody wants data; `updatedAt` is when the newest came, 0 for never. */
    | { kind: "start"; at: number; updatedAt: number }
    | { kind: "answered"; at: number }
    | { kind: "failed"; error: GhostError; at: number; random: number }
    | { kind: "due" }
    /** Somebody asks for it now; joins a request that is under way. */
    | { kind: "refetch" }
    /** What was asked for has changed since; a request that is under way may be too early. */
    | { kind: "changed" }
    /** Interval or rhythm are others now. */
    | { kind: "retimed"; at: number; updatedAt: number }
    | { kind: "stop" };

/** What a query does next. The driver sends a request on entering `fetching` and sets a timer for `due`. */
export function stepQuery(query: Query, input: QueryInput, demand: Demand, rhythm: Rhythm): Query {
    const fetching = (attempt: number, failures: number): Query => {
        return { state: "fetching", attempt, failures, again: "no" };
    };
    switch (input.kind) {
        case "start": {
            if (query.state !== "idle") return query;
            const updatedAt = notAfter(input);
            const isFresh = updatedAt > 0 && input.at - updatedAt < demand.staleTime;
            if (!isFresh) return fetching(0, 0);
            return { state: "resting", attempt: 0, failures: 0, due: nextPoll(updatedAt, demand, rhythm) };
        }
        case "answered":
            if (query.state !== "fetching") return query;
            if (query.again === "yes") return fetching(0, 0);
            return { state: "resting", attempt: 0, failures: 0, due: nextPoll(input.at, demand, rhythm) };
        case "failed":
            return query.state === "fetching" ? afterFailure(query, input, demand) : query;
        case "due":
        case "refetch":
            return query.state === "resting" ? fetching(query.attempt, query.failures) : query;
        case "changed":
            if (query.state === "fetching") return { ...query, again: "yes" };
            return query.state === "resting" ? fetching(query.attempt, query.failures) : query;
        case "retimed": {
            if (query.state !== "resting" || query.failures > 0) return query;
            const due = nextPoll(notAfter(input), demand, rhythm);
            return { ...query, due: due === null ? null : Math.max(due, input.at) };
        }
        case "stop":
            return { state: "idle" };
    }
}

/** When the data came, on a clock that may have been set back since: data of the future would be fresh for ever. */
function notAfter({ at, updatedAt }: { at: number; updatedAt: number }): number {
    return Math.min(at, updatedAt);
}

function nextPoll(after: number, demand: Demand, rhythm: Rhythm): number | null {
    return rhythm === "polled" && Number.isFinite(demand.pollingInterval) ? after + demand.pollingInterval : null;
}

/** Retries first; after the last one it goes on at the polling interval until an answer comes. */
function afterFailure(
    query: Query & { state: "fetching" },
    input: QueryInput & { kind: "failed" },
    demand: Demand,
): Query {
    const failures = query.failures + 1;
    if (input.error.isRetryable && query.attempt < demand.retryAttempts) {
        const delay = retryDelayFor(demand.retryDelay, query.attempt, input.random, input.error.retryAfter);
        return { state: "resting", attempt: query.attempt + 1, failures, due: input.at + delay };
    }
    const interval = Math.max(demand.pollingInterval, input.error.retryAfter ?? 0);
    return {
        state: "resting",
        attempt: demand.retryAttempts,
        failures,
        due: Number.isFinite(interval) ? input.at + interval : null,
    };
}
