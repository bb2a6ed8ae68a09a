import type { ComponentName, ComponentStates, SourcePosition, Timestamp } from "./component.js";
import type { RuleSnapshot } from "./rules.js";

export type OverallHealth = "healthy" | "warning" | "critical";

/** How many of the watched daemons run. */
export interface DaemonTally {
    total: number;
    up: number;
    down: number;
    names: string[];
}

/** One thing that lowers the health, with the line that says so where there is one. */
export interface HealthReason {
    component: string;
    message: string;
    file: string | null;
    offset: number | null;
    line: string | null;
}

/** Whether what is shown would survive the end of Ghost. */
export interface Persistence {
    state: "saved" | "memory";
    message: string | null;
    countedAnew: ComponentName[];
}

/** Bytes of a log that were gone before they could be read. */
export interface LossEntry {
    /** One of the five components, or one that rules describe. */
    component: string;
    file: string;
    generation: number;
    from?: number;
    to?: number;
    reason: "truncatedUnread" | "deletedUnread" | "rotatedAway" | "damagedArchive" | "unreadable";
    lastSeen?: Timestamp;
    noticed: Timestamp;
}

/**
 * The `data` of `/api/orchestrator/status`.
 *
 * The components stand under `orchestration` and flat beside it; here both are the same objects.
 */
export interface OrchestrationData extends ComponentStates {
    orchestration: ComponentStates & { lastUpdate: Timestamp };
    overallHealth: OverallHealth;
    /** Components that work: active or idle. */
    activeComponents: number;
    errorComponents: number;
    totalComponents: number;
    healthPercentage: number;
    daemons: DaemonTally;
    /** The components that the user's own rules describe, by their names. */
    rules: Record<string, RuleSnapshot>;
    /** Why changed rules were refused, while those before go on. */
    rulesRefused: string | null;
    reasons: HealthReason[];
    countedSince: Timestamp | null;
    /** Names the store that `sequence` counts in; null where nothing follows the logs. */
    epoch: string | null;
    sequence: number;
    persistence: Persistence;
    losses: LossEntry[];
    lossesTotal: number;
    lastUpdate: Timestamp;
    timestamp: Timestamp;
}

/** The `data` of `/api/orchestrator/health`. */
export interface HealthSummary {
    healthPercentage: number;
    activeComponents: number;
    errorComponents: number;
    totalComponents: number;
    overallHealth: OverallHealth;
    daemons: DaemonTally;
    reasons: HealthReason[];
    lastUpdate: Timestamp;
}

/** One committed change of what the logs say. */
export interface StateEvent {
    sequence: number;
    at: Timestamp;
    /** The component's name, or `monitor` for what concerns the folder. */
    component: string;
    cause: string;
    position: SourcePosition | null;
}

/** The data of a `change` on the stream: whole values, so that one may be applied to any state from `from` on. */
export interface StateChange {
    seq: number;
    /** The sequence that it follows. */
    from: number;
    components: Partial<ComponentStates>;
    data: Partial<Omit<OrchestrationData, ComponentName | "orchestration">>;
    events: StateEvent[];
}

/** The data of a `gap` on the stream: changes that were not sent; a snapshot follows. */
export interface StreamGap {
    from: number;
    to: number;
}
