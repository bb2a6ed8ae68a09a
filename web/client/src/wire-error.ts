import type { GhostErrorCode } from "./errors.js";
import { asGhostError, GhostError } from "./errors.js";

/** An error as it goes from page to page: plain, because classes do not survive the way. */
export interface PackedError {
    code: GhostErrorCode;
    message: string;
    status: number | null;
    retryAfter: number | null;
    detail: string | null;
}

export function packError(thrown: unknown): PackedError {
    const { code, message, status, retryAfter, detail } = asGhostError(thrown, "asking the server");
    return { code, message, status, retryAfter, detail };
}

export function unpackError(packed: PackedError): GhostError {
    const { code, message, status, retryAfter, detail } = packed;
    return new GhostError(code, message, { ...(status === null ? {} : { status }), retryAfter, detail });
}
