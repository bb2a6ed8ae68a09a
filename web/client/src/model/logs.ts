import type { ComponentName, Timestamp } from "./component.js";

export type LogLevel = "info" | "warning" | "error" | "debug";

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
    level: string | null;
    daemon: string | null;
    message: string;
}

/** A page of `/api/v1/logs`, oldest line first. */
export interface LogPage {
    lines: LogLine[];
    before: string | null;
    after: string | null;
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
    /** A text that the line contains. */
    text?: string;
}
