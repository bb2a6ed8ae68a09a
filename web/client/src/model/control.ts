import type { ErrorCategory, SourcePosition, Timestamp } from "./component.js";
import type { DaemonStatus } from "./daemons.js";

/** What kinds of things happen in supervision. */
export type JournalKind =
    | "boot"
    | "command"
    | "request"
    | "leftover"
    | "adopted"
    | "blocked"
    | "root-cause"
    | "starting"
    | "started"
    | "ready"
    | "unready"
    | "recovered"
    | "probe-failed"
    | "probe-passed"
    | "not-started"
    | "ended"
    | "restart"
    | "crash-loop"
    | "crash-loop-over"
    | "stopping"
    | "signalled"
    | "killing"
    | "stuck"
    | "skipped"
    | "reloaded"
    | "removed"
    | "left"
    | "stood-down"
    | "drift"
    | "drift-over"
    | "shutdown"
    | "shutdown-completed"
    | "trouble"
    | "gap";

/** Something that happened in supervision, with what led to it. */
export interface JournalEvent {
    /** Counts from 1 in its epoch, without gaps. */
    sequence: number;
    epoch: string;
    at: Timestamp;
    /** Nanoseconds on a clock that never jumps and means nothing after a boot. */
    monotonic: number;
    /** Null if it is about all daemons. */
    daemon: string | null;
    /** The run it is about, `api#3`. */
    run: string | null;
    kind: JournalKind;
    /** The sequence of the event that led to it; null if nothing did, or nobody knows. */
    cause: number | null;
    /** One sentence for people. */
    text: string;
    detail: Record<string, string>;
    /** How far the daemon's own output reached at that moment. */
    position: SourcePosition | null;
    /** The last lines of its output, for a death; oldest first. */
    lines: string[];
}

/** The body of `/api/v1/events`, oldest first. */
export interface JournalPage {
    events: JournalEvent[];
    /** The sequence to ask after next time. */
    next: number;
    epoch: string;
    /** How many events were given up for their number or age. */
    pruned: number;
    /** Why events are not kept at the moment. */
    trouble: string | null;
}

/** The body of `/api/v1/daemons/NAME/why`. */
export interface WhyReport {
    daemon: DaemonStatus;
    /** What led to its state, newest first. */
    chain: JournalEvent[];
    /** Its newest deaths that nobody asked for, newest first. */
    deaths: JournalEvent[];
    at: Timestamp;
    /** Why the journal is incomplete. */
    trouble: string | null;
}

/** What becomes of a daemon when another configuration is taken over. */
export type PlanFate = "add" | "remove" | "restart" | "live" | "leave";

/** What the change of a field leads to. */
export type PlanEffect = "restart" | "live" | "next-start";

export interface PlannedChange {
    /** The key in `ghost.yaml`. */
    key: string;
    effect: PlanEffect;
    /** What differs, in a few words; of the environment only names. */
    detail: string;
}

export interface PlannedDaemon {
    name: string;
    fate: PlanFate;
    changes: PlannedChange[];
    /** What it waits for before it starts. */
    needs: string[];
}

/** The body of `/api/v1/plan`: what the configuration would lead to. */
export interface PlanReport {
    /** What it is compared with: what runs, or nothing. */
    against: "running" | "nothing";
    daemons: PlannedDaemon[];
    /** The sections besides `daemons` that differ and hold from the next start of Ghost on. */
    otherSections: string[];
    /** What cannot be done here as it is declared, one sentence each. */
    notes: string[];
}

export type SignalName = "HUP" | "INT" | "QUIT" | "KILL" | "USR1" | "USR2" | "TERM";

/** The body of a request to send a signal. */
export interface SignalBody {
    signal: SignalName;
}

/** The body of a request to go on in another program; only the control socket takes it. */
export interface UpgradeBody {
    /** The absolute path of its file. */
    program: string;
}

/** How far an order has come. */
export type OrderOutcome = "done" | "unchanged" | "failed" | "underway";

/** The answer to an order to a daemon: to start, to stop, to restart, to send a signal. */
export interface OrderAnswer {
    daemon: DaemonStatus;
    outcome: OrderOutcome;
}

/** The answer to what concerns the whole project: reloading, upgrading, shutting down. */
export interface Acknowledgement {
    message: string;
}

/** What the processes of one daemon use. */
export interface DaemonUsage {
    name: string;
    processes: number;
    /** The share of one core, in percent; null until two looks can be compared. */
    cpuPercent: number | null;
    memoryBytes: number;
}

/** The body of `/api/v1/usage`. */
export interface UsageList {
    daemons: DaemonUsage[];
}

/** Errors of one component that say the same. */
export interface ComponentError {
    component: string;
    category: ErrorCategory;
    message: string;
    count: number;
    firstSeen: Timestamp | null;
    lastSeen: Timestamp | null;
    /** Where the newest one is. */
    position: SourcePosition;
}

/** The body of `/api/v1/errors`, the most recent first. */
export interface ErrorListing {
    errors: ComponentError[];
    /** Groups that no longer fit into a component's list. */
    overflow: number;
}

/** An error under `/api/v1`, in the form of RFC 9457. */
export interface ProblemDetails {
    type: string;
    title: string;
    status: number;
    /** What is wrong with this request, and what to do. */
    detail: string;
    /** The path of the request. */
    instance: string;
}
