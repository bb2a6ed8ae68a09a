/** How attempts follow each other. */
export interface RetryPolicy {
    /** The ceiling of the first delay, in milliseconds; each further ceiling is twice the one before. */
    retryDelay: number;
    /** How often a query is tried again before it waits for its polling interval. Streams try for ever. */
    retryAttempts: number;
}

/** No delay of our own is longer, in milliseconds. */
export const longestDelay = 30_000;

/** The upper bound of the delay before attempt `attempt + 1`, counted from 0. */
export function delayCeiling(retryDelay: number, attempt: number): number {
    // The exponent is bounded because 2^1024 is not a number one can multiply with.
    return Math.min(Math.max(0, retryDelay) * 2 ** Math.min(attempt, 32), longestDelay);
}

/**
 * A delay with full jitter: uniform between nothing and the ceiling, and never earlier than the server asks.
 *
 * @param random from 0 up to, not including, 1.
 */
export function retryDelayFor(
    retryDelay: number,
    attempt: number,
    random: number,
    retryAfter: number | null = null,
): number {
    return Math.max(random * delayCeiling(retryDelay, attempt), retryAfter ?? 0);
}

/** A source of numbers from 0 to 1 that gives the same ones for the same seed. */
export function seededRandom(seed: number): () => number {
    let state = seed >>> 0;
    return () => {
        // A Weyl sequence through an integer mixer: small, and even enough to spread attempts.
        state = (state + 0x9e3779b9) >>> 0;
        let mixed = state;
        mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
        mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
        return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
    };
}
