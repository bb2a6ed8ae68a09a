import { retryDelayFor } from "./backoff.js";
import type { GhostError } from "./errors.js";

/** How a stream stands. A value; `stepConnection` says how one follows from another. */
export type Connection =
    /** Not wanted, or given up because of an error that trying again cannot mend. */
    | { state: "closed"; error: GhostError | null }
    /** A request is under way. `attempt` counts the delays since the stream was last stable. */
    | { state: "connecting"; attempt: number; failures: number }
    | { state: "open"; attempt: number; since: number }
    /** The next attempt is due at `retryAt`. `failures` counts attempts in a row that did not open. */
    | { state: "waiting"; attempt: number; failures: number; retryAt: number; hurry: Hurry; error: GhostError };

/** Whether a wait may be cut short when the page wakes: not if the server asked for it. */
export type Hurry = "allowed" | "refused";

export type ConnectionInput =
    | { kind: "start" }
    | { kind: "opened"; at: number }
    /** It did not open, broke off, ended or fell silent. `random` decides the delay. */
    | { kind: "failed"; error: GhostError; at: number; random: number }
    /** The wait is over. */
    | { kind: "due" }
    /** The network, or the page, came back. */
    | { kind: "wake" }
    | { kind: "stop" };

export type ConnectionAction =
    | { kind: "none" }
    | { kind: "connect" }
    | { kind: "wait"; delay: number }
    /** Drop the request or the stream. */
    | { kind: "abort" };

export interface ConnectionStep {
    connection: Connection;
    action: ConnectionAction;
}

/** How long a stream must have been open, in milliseconds, for the next delay to start small again. */
export const stableAfter = 10_000;

/** What a connection does next. A stream is tried again for ever, except after errors that last. */
export function stepConnection(connection: Connection, input: ConnectionInput, retryDelay: number): ConnectionStep {
    const stay: ConnectionStep = { connection, action: { kind: "none" } };
    switch (input.kind) {
        case "start":
            if (connection.state !== "closed") return stay;
            return { connection: { state: "connecting", attempt: 0, failures: 0 }, action: { kind: "connect" } };
        case "opened":
            if (connection.state !== "connecting") return stay;
            return {
                connection: { state: "open", attempt: connection.attempt, since: input.at },
                action: { kind: "none" },
            };
        case "failed":
            return connection.state === "connecting" || connection.state === "open"
                ? afterFailure(connection, input, retryDelay)
                : stay;
        case "due":
            return connection.state === "waiting" ? reconnect(connection) : stay;
        case "wake":
            return connection.state === "waiting" && connection.hurry === "allowed" ? reconnect(connection) : stay;
        case "stop":
            if (connection.state === "closed") return stay;
            return { connection: { state: "closed", error: null }, action: { kind: "abort" } };
    }
}

function reconnect(waiting: Connection & { state: "waiting" }): ConnectionStep {
    return {
        connection: { state: "connecting", attempt: waiting.attempt, failures: waiting.failures },
        action: { kind: "connect" },
    };
}

function afterFailure(
    connection: Connection & { state: "connecting" | "open" },
    input: ConnectionInput & { kind: "failed" },
    retryDelay: number,
): ConnectionStep {
    const { error } = input;
    if (!error.isRetryable) return { connection: { state: "closed", error }, action: { kind: "abort" } };
    const wasStable = connection.state === "open" && input.at - connection.since >= stableAfter;
    const attempt = wasStable ? 0 : connection.attempt;
    const delay = retryDelayFor(retryDelay, attempt, input.random, error.retryAfter);
    return {
        connection: {
            state: "waiting",
            attempt: attempt + 1,
            failures: connection.state === "open" ? 0 : connection.failures + 1,
            retryAt: input.at + delay,
            hurry: error.retryAfter === null ? "allowed" : "refused",
            error,
        },
        action: { kind: "wait", delay },
    };
}
