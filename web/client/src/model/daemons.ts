import type { Timestamp } from "./component.js";
import type { OverallHealth } from "./orchestration.js";

/** A component as the status API shows it, under names such as `ghostSentinelGuard`. */
export interface ComponentDaemon {
    name: string;
    running: boolean;
    /** Ghost's own process as a text; null when somebody else writes the logs. */
    pid: string | null;
    error: string | null;
    lastCheck: Timestamp;
}

/** The five components of the status API and their sum. */
export interface ComponentDaemons {
    daemons: ComponentDaemon[];
    overallHealth: OverallHealth;
    runningCount: number;
    totalCount: number;
    lastUpdate: Timestamp;
}

/** What a supervised daemon is doing. */
export type DaemonPhase =
    | "down"
    | "waiting"
    | "starting"
    | "up"
    | "stopping"
    | "backoff"
    | "crash-looping"
    | "completed"
    | "failed"
    | "scheduled";

/** In which respects a process can be another one than was declared. */
export type DriftKind =
    | "program"
    | "environment"
    | "configuration"
    | "command"
    | "user"
    | "folder"
    | "port"
    | "instances"
    | "orphans"
    | "memory"
    | "cpu"
    | "descriptors"
    | "threads";

/** One respect in which a daemon's process is no longer what was declared. */
export interface DriftFinding {
    kind: DriftKind;
    /** What was seen, in one sentence without its full stop. */
    evidence: string;
    since: Timestamp;
}

/** What one of a daemon's probes says. */
export interface ProbeSummary {
    /** Whether it has come up, can do its work, still works. */
    role: "start" | "ready" | "alive";
    verdict: "unknown" | "passing" | "pending" | "failing";
    /** What is asked, in words. */
    asks: string;
    /** How many attempts in a row have failed. */
    failures: number;
    /** How many in a row are too many. */
    limit: number;
    /** What the last failed attempt said; absent after a success. */
    reason?: string;
}

/** What has become of a daemon since it was first supervised. Shares that nothing is known of are absent. */
export interface DaemonStatistics {
    /** Ends that nobody asked for. */
    deaths: number;
    restartsTried: number;
    restartsSucceeded: number;
    /** How often it came back after it had not been ready, and how long that took together. */
    recoveries: number;
    recoveringMilliseconds: number;
    readyMilliseconds: number;
    wantedMilliseconds: number;
    /** The instant that these totals are of. */
    asOf: Timestamp;
    /** Which times are running: none, that for which it is wanted, or that for which it is ready as well. */
    running: "none" | "wanted" | "ready";
    /** From 0 to 1. */
    successRate?: number;
    meanMillisecondsToRecovery?: number;
    /** From 0 to 1. */
    uptimeShare?: number;
}

/** The truth about one supervised daemon, from `/api/v1/daemons`. Absent fields do not apply. */
export interface DaemonStatus {
    name: string;
    want: "up" | "down";
    phase: DaemonPhase;
    readiness: "unknown" | "ready" | "unready";
    /** The run it is in or was in last, `api#3`. */
    run?: string;
    pid?: number;
    startedAt?: Timestamp;
    since: Timestamp;
    restarts: number;
    lastExit?: string;
    lastExitAt?: Timestamp;
    /** When the next attempt is due, in backoff and in a crash loop. */
    nextAttemptAt?: Timestamp;
    /** When the clock starts it next. */
    nextDueAt?: Timestamp;
    reason?: string;
    /** What the daemon says about itself (`STATUS=` of sd_notify). */
    statusText?: string;
    probes: ProbeSummary[];
    statistics?: DaemonStatistics;
    /** In which respects its process is no longer what was declared. */
    drift: DriftFinding[];
}
