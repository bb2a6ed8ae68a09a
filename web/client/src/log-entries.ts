import type { LogEntry, LogFilter, LogLevel, LogLine } from "./model/logs.js";
import { isObject } from "./model/parse.js";

const levels: Record<string, LogLevel> = {
    trace: "debug",
    debug: "debug",
    verbose: "debug",
    info: "info",
    notice: "info",
    ok: "info",
    warn: "warning",
    warning: "warning",
    error: "error",
    err: "error",
    critical: "error",
    fatal: "error",
    alert: "error",
    emergency: "error",
    panic: "error",
};

/** One of the four levels that hooks know; null for a word that is none. */
export function readLevel(value: unknown): LogLevel | null {
    return typeof value === "string" ? (levels[value.toLowerCase()] ?? null) : null;
}

/**
 * The level that a line's mark stands for, or its words where it has none.
 *
 * A mark comes first: `🟢 health check: healthy warning=0` is no warning.
 */
export function guessLevel(message: string): LogLevel {
    if (/❌|🔴|🛑/u.test(message)) return "error";
    if (/🟡|⚠/u.test(message)) return "warning";
    if (/🟢|✅/u.test(message)) return "info";
    if (/\b(error|failed|exception|fatal)\b/iu.test(message)) return "error";
    return /\bwarn(ing)?\b/iu.test(message) ? "warning" : "info";
}

/** A line of `/api/v1/logs` as an entry. */
export function entryOfLine(line: LogLine): LogEntry {
    return {
        id: line.cursor,
        timestamp: line.timestamp ?? "",
        level: readLevel(line.level) ?? guessLevel(line.message),
        message: line.message,
        ...(line.daemon === null || line.daemon === undefined ? {} : { daemon: line.daemon }),
        metadata: {
            file: line.file,
            generation: line.generation,
            offset: line.offset,
            ...(line.component === null || line.component === undefined ? {} : { component: line.component }),
        },
    };
}

/** Anything that `/api/recent-logs` or `/api/logs` may hold, as an entry. */
export function entryOfAnything(value: unknown, id: string): LogEntry {
    if (!isObject(value)) return { id, timestamp: "", level: "info", message: textOf(value) };
    const message = typeof value["message"] === "string" ? value["message"] : textOf(value);
    const daemon = value["daemon"] ?? value["type"];
    return {
        id,
        timestamp: typeof value["timestamp"] === "string" ? value["timestamp"] : "",
        level: value["error"] === true ? "error" : (readLevel(value["level"]) ?? guessLevel(message)),
        message,
        ...(typeof daemon === "string" ? { daemon } : {}),
        ...(isObject(value["metadata"]) ? { metadata: value["metadata"] } : {}),
    };
}

function textOf(value: unknown): string {
    return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** Whether an entry is wanted. Servers that know no filters send everything; an entry without daemon passes. */
export function passes(entry: LogEntry, filter: LogFilter): boolean {
    if (filter.level !== undefined && entry.level !== filter.level) return false;
    if (filter.daemon !== undefined && entry.daemon !== undefined && entry.daemon !== filter.daemon) return false;
    return filter.text === undefined || withoutCase(entry.message).includes(withoutCase(filter.text));
}

/** The text as the server compares it: case does not matter for A to Z. */
function withoutCase(text: string): string {
    return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** A list of newest lines, and when it was answered in milliseconds since 1970. */
export interface Listing {
    entries: readonly LogEntry[];
    at: number;
}

/** Lines without a time carry that of the answer, give or take this, in milliseconds. */
const answerTolerance = 2000;

/**
 * Which entries of a listing are new, given the one before.
 *
 * Listings have no cursors, and times do not tell: several lines share a millisecond, and lines without a time carry
 * that of the answer. So the longest end of the old list that the new one begins with is what both have.
 */
export function newEntries(before: Listing | null, now: Listing): readonly LogEntry[] {
    if (before === null) return now.entries;
    const old = before.entries;
    for (let shared = Math.min(old.length, now.entries.length); shared > 0; shared -= 1) {
        const start = old.length - shared;
        const isShared = now.entries.slice(0, shared).every((entry, index) => {
            const other = old[start + index];
            return other !== undefined && isSameLine(other, before.at, entry, now.at);
        });
        if (isShared) return now.entries.slice(shared);
    }
    return now.entries;
}

function isSameLine(left: LogEntry, leftAt: number, right: LogEntry, rightAt: number): boolean {
    if (left.message !== right.message || left.level !== right.level || left.daemon !== right.daemon) return false;
    return left.timestamp === right.timestamp || (isUndated(left, leftAt) && isUndated(right, rightAt));
}

function isUndated(entry: LogEntry, answeredAt: number): boolean {
    const time = Date.parse(entry.timestamp);
    return Number.isNaN(time) || Math.abs(time - answeredAt) <= answerTolerance;
}
