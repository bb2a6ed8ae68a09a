/** The five components, by the names they have in the API, in logs and in code. */
export type ComponentName = "sentinel" | "watchdog" | "executor" | "selfcheck" | "lifecycle";

/** All component names, in the order in which they are shown. */
export const componentNames: readonly ComponentName[] = ["sentinel", "watchdog", "executor", "selfcheck", "lifecycle"];

/**
 * The judgement of one component.
 *
 * `active` and `idle` are equally healthy. `unknown` means that nothing can be said: no log, or one that fell silent.
 */
export type ComponentStatus = "active" | "idle" | "error" | "unknown";

/** A time as the API writes it: RFC 3339 in UTC with milliseconds and `Z`. */
export type Timestamp = string;

/** A total's counts in the last minute, hour and day, under its name with `1m`, `1h` and `24h` behind it. */
export type Recent<Name extends string, Value = number> = { [Key in `${Name}${"1m" | "1h" | "24h"}`]: Value };

/** A place in a log: the file, which incarnation of it, and the byte. */
export interface SourcePosition {
    file: string;
    generation: number;
    offset: number;
}

export type ErrorCategory = "crash" | "probe" | "dependency" | "task" | "check" | "io" | "parse" | "config";

/** Errors that say the same apart from numbers, identifiers and paths. */
export interface ErrorGroup {
    category: ErrorCategory;
    message: string;
    count: number;
    firstSeen: Timestamp | null;
    lastSeen: Timestamp | null;
    position: SourcePosition;
}

/** What every component object has. */
export interface OrchestrationComponent extends Recent<"errorCount"> {
    status: ComponentStatus;
    /** When Ghost looked. Says nothing about the log; that is `lastEvent`. */
    lastCheck: Timestamp;
    /** Why the component does not work, in one sentence. */
    error: string | null;
    /** The newest trusted time in the log. */
    lastEvent: Timestamp | null;
    records: number;
    damagedLines: number;
    lossBytes: number;
    namesOverflow: number;
    errorsOverflow: number;
    sources: SourcePosition[];
    /** What went wrong, grouped; the most recent group first. */
    errors: ErrorGroup[];
}

export interface Observations {
    up: number;
    down: number;
    error: number;
}

/** What the sentinel's log says about one daemon. */
export interface ObservedDaemon {
    state: "up" | "down" | "stopped";
    pid: number | null;
    since: Timestamp | null;
    transitions: number;
    drift: string[];
}

/** The Sentinel Guard: which daemons are there. */
export interface SentinelState extends OrchestrationComponent, Recent<"observations", Observations> {
    monitoring: boolean;
    /** The newest three lines that report a fault, newest first. */
    recentErrors: string[];
    observations: Observations;
    upNow: string[];
    downNow: string[];
    daemons: Record<string, ObservedDaemon>;
}

/** What the watchdog's log says about one daemon. */
export interface RestartCounts {
    restartCount: number;
    failedCount: number;
    lastAttempt: Timestamp | null;
    crashLooping: boolean;
}

/** The Watchdog Loop: what was brought back. */
export interface WatchdogState extends OrchestrationComponent, Recent<"restartCount" | "failedCount"> {
    /** Restarts that succeeded, since counting began. */
    restartCount: number;
    /** Attempts that did not, refusals included. */
    failedCount: number;
    lastRestart: Timestamp | null;
    refusedCount: number;
    perDaemon: Record<string, RestartCounts>;
    /** From 0 to 1; null before the first attempt. */
    successRate: number | null;
    /** Milliseconds. */
    meanTimeToRecovery: number | null;
}

export type ExecutorPhase = "idle" | "processing" | "coordinating" | "error";

/** The Executor Unifier: the task queue. */
export interface ExecutorState
    extends OrchestrationComponent,
        Recent<"completedTasks" | "failedTasks" | "startedTasks"> {
    activeTasks: number;
    completedTasks: number;
    failedTasks: number;
    startedTasks: number;
    phase: ExecutorPhase | null;
    phases: Record<string, number>;
    /** Milliseconds. */
    durationP50: number | null;
    /** Milliseconds. */
    durationP95: number | null;
    tasksPerMinute: number;
}

export interface LastHealthCheck {
    status: "healthy" | "warning" | "critical";
    healthy: number | null;
    warning: number | null;
    critical: number | null;
}

/** The Self-Check Core: endpoints, disk, memory. */
export interface SelfCheckState
    extends OrchestrationComponent,
        Recent<"healthChecks" | "healthyChecks" | "warningChecks" | "criticalChecks"> {
    healthChecks: number;
    lastHealthCheck: Timestamp | null;
    healthyChecks: number;
    warningChecks: number;
    criticalChecks: number;
    last: LastHealthCheck | null;
}

/** The Lifecycle Governor: what was started, in which order. */
export interface LifecycleState extends OrchestrationComponent, Recent<"startedCount" | "failedStarts"> {
    /** How many daemons run under management now. */
    managedDaemons: number;
    startupOrder: string[];
    managedNow: string[];
    managedEver: string[];
    startedCount: number;
    failedStarts: number;
}

/** The five component objects by name. */
export interface ComponentStates {
    sentinel: SentinelState;
    watchdog: WatchdogState;
    executor: ExecutorState;
    selfcheck: SelfCheckState;
    lifecycle: LifecycleState;
}
