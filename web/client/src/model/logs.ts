import type { ComponentName, SourcePosition, Timestamp } from "./component.js";

/** The levels that the hooks know. */
export type LogLevel = "info" | "warning" | "error" | "debug";

/** How bad a line is by its own words, least first. */
export type LineLevel = "trace" | "debug" | "info" | "warning" | "error" | "fatal";

/** One line as the hooks return it. */
export interface LogEntry {
    /** Names the line for as long as it is shown; made up where the server has no cursors. */
    id: string;
    timestamp: Timestamp;
    level: LogLevel;
    message: string;
    daemon?: string;
    metadata?: Record<string, unknown>;
}

/** One line of `/api/v1/logs`. */
export interface LogLine {
    /** An opaque name of the line, to page and to resume with. */
    cursor: string;
    file: string;
    generation: number;
    offset: number;
    timestamp: Timestamp | null;
    level: LineLevel | null;
    /** The daemon that wrote it; null for the log of a component. */
    daemon: string | null;
    /** The component that the log belongs to; null for the output of a daemon. */
    component: string | null;
    message: string;
    /** How many bytes of a line that is too long were left out; absent if none were. */
    omittedBytes?: number;
    /** True for a line that is only shown because it stands near one that was asked for. */
    isContext?: boolean;
    /** When a line without a time of its own was taken in; absent where that is not known. */
    capturedAt?: Timestamp;
}

/** A page of `/api/v1/logs`, oldest line first. */
export interface LogPage {
    lines: LogLine[];
    /** What to give as `before` for the lines before these; null if there are none. */
    before: string | null;
    /** What to give as `after` for the lines behind these, also for those that are not written yet. */
    after: string;
    /** Which bound the search reached before it was through, and how many bytes it read; null if none. */
    partial: { reason: "bytes" | "time" | "text"; scannedBytes: number } | null;
    /** What could not be read, for people. */
    notices: string[];
    /** Present if lines between the given cursor and these are missing, and why; `lines` is null if nobody knows how many. */
    gap?: { lines: number | null; reason: string };
}

/** One line of `/api/recent-logs`. */
export interface RecentLogEntry {
    timestamp: Timestamp;
    level: LogLevel;
    message: string;
    daemon?: string;
    metadata: SourcePosition & { component?: string };
}

/** One line of a component log as the status API lists it. */
export interface ComponentLogEntry {
    timestamp: Timestamp;
    message: string;
    type: ComponentName;
    error?: boolean;
}

/** Lines by component, or under `errors`. */
export interface LogListing {
    logs: Record<string, ComponentLogEntry[]>;
    lastUpdate: Timestamp;
}

/** Which lines are meant. */
export interface LogFilter {
    daemon?: string;
    level?: LogLevel;
    /** A text that the line contains; case does not matter for A to Z. */
    text?: string;
}
