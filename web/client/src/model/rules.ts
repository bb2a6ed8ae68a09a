import type { ComponentStatus, ErrorGroup, SourcePosition, Timestamp } from "./component.js";

/** What a state means, whatever the rules call it. */
export type StateMeaning = "active" | "idle" | "warning" | "error" | "unknown";

/** A value that a rule set. */
export type RuleValue = string | number | string[];

/** A component that the user's own rules describe. Absent fields do not apply. */
export interface RuleSnapshot {
    component: string;
    /** As the rules name it. */
    state: string;
    status: ComponentStatus;
    meaning: StateMeaning;
    /** Since when it is in this state, by the clock of the log. */
    since?: Timestamp;
    /** Why it is in error, or why nothing is known of it. */
    error?: string;
    /** The newest time of a line. */
    lastEvent?: Timestamp;
    /** The instant that this is judged at. */
    judgedAt: Timestamp;
    counters: Record<string, number>;
    values: Record<string, RuleValue>;
    times: Record<string, Timestamp>;
    /** Newest first. */
    lists: Record<string, string[]>;
    entities: Record<string, RuleEntity>;
    alerts: RuleAlert[];
    /** What keeps it from being well. */
    reasons: RuleReason[];
    errors: ErrorGroup[];
    /** Lines that a rule fitted. */
    records: number;
    unknownLines: number;
    damagedLines: number;
    /** Names, expectations and alerts that found no room, and lines that took too long. */
    overflow: number;
    missedExpectations: number;
}

/** What is known of one entity: a daemon, a task, a disk. */
export interface RuleEntity {
    state: string;
    meaning: StateMeaning;
    since?: Timestamp;
    /** How often its state changed. */
    changes: number;
    counters: Record<string, number>;
    values: Record<string, RuleValue>;
    times: Record<string, Timestamp>;
}

/** An alert that is raised. */
export interface RuleAlert {
    name: string;
    /** The entity it is about; absent for the component itself. */
    entity?: string;
    since: Timestamp;
    /** When it ends if nothing more happens. */
    until: Timestamp;
}

/** Something that keeps a component from being well, and the line that says so. */
export interface RuleReason {
    message: string;
    position?: SourcePosition;
    line?: string;
}
