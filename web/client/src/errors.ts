/**
 * What kind of failure it is.
 *
 * - `network`: no answer came, or it broke off
 * - `timeout`: the answer took longer than allowed, body included
 * - `aborted`: the caller, or the end of the page, stopped it
 * - `http`: the status is not a success
 * - `rejected`: the envelope says `error`
 * - `protocol`: an answer came that cannot be what was asked for
 * - `unsupported`: the server, or the browser, has no such stream
 * - `silent`: a stream gave no sign of life
 * - `interrupted`: a stream that was open ended
 */
export type GhostErrorCode =
    | "network"
    | "timeout"
    | "aborted"
    | "http"
    | "rejected"
    | "protocol"
    | "unsupported"
    | "silent"
    | "interrupted";

/** The one error type of this package. */
export class GhostError extends Error {
    override readonly name: string = "GhostError";
    readonly code: GhostErrorCode;
    /** The HTTP status, where there was one. */
    readonly status: number | null;
    /** How long the server asks to wait before the next attempt, in milliseconds. */
    readonly retryAfter: number | null;
    /** What the server said in the body of the error. */
    readonly detail: string | null;

    constructor(
        code: GhostErrorCode,
        message: string,
        about: { status?: number; retryAfter?: number | null; detail?: string | null } = {},
    ) {
        super(message);
        this.code = code;
        this.status = about.status ?? null;
        this.retryAfter = about.retryAfter ?? null;
        this.detail = about.detail ?? null;
    }

    /** Whether trying again may help: everything but a 4xx (408 and 429 aside) and the caller's own abort. */
    get isRetryable(): boolean {
        if (this.code === "aborted" || this.code === "unsupported") return false;
        if (this.status === null) return true;
        return this.status < 400 || this.status >= 500 || this.status === 408 || this.status === 429;
    }

    /** Whether it says that the server or the browser cannot stream, so that polling is the way. */
    get saysStreamingIsImpossible(): boolean {
        return this.code === "unsupported" || [404, 405, 406, 410, 501].includes(this.status ?? 0);
    }
}

/** Any thrown thing as a `GhostError`. */
export function asGhostError(thrown: unknown, doing: string): GhostError {
    if (thrown instanceof GhostError) return thrown;
    const text = thrown instanceof Error ? thrown.message : String(thrown);
    if (thrown instanceof Error && thrown.name === "AbortError") return new GhostError("aborted", `${doing}: stopped`);
    return new GhostError("network", `${doing}: ${text || "no connection"}`);
}

/** The longest wait that a `Retry-After` can ask for, in milliseconds. */
export const longestRetryAfter = 3_600_000;

/** Reads a `Retry-After`, which is seconds or a date, as milliseconds from `now`. */
export function parseRetryAfter(value: string | null, now: number): number | null {
    if (value === null) return null;
    const text = value.trim();
    const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
    return Number.isFinite(wait) ? Math.min(Math.max(0, wait), longestRetryAfter) : null;
}
