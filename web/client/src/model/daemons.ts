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
    nextAttemptAt?: Timestamp;
    reason?: string;
    probes?: unknown[];
    statistics?: unknown;
}
