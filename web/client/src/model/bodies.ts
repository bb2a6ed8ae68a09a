import type { ComponentStates, Timestamp } from "./component.js";
import type { ComponentDaemon, ComponentDaemons, DaemonStatus } from "./daemons.js";
import type { LogListing } from "./logs.js";
import type { HealthSummary, OrchestrationData } from "./orchestration.js";
import type { RuleSnapshot } from "./rules.js";

/** The envelope of answers that succeed, outside `/api/v1`. */
export interface SuccessBody<Data> {
    status: "success";
    data: Data;
    timestamp: Timestamp;
}

/** The body of `/api/orchestrator/status`. */
export type StatusBody = Omit<SuccessBody<OrchestrationData>, "timestamp">;

/** The body of `/api/orchestrator/health`. */
export type HealthBody = Omit<SuccessBody<HealthSummary>, "timestamp">;

/** The body of `/api/orchestrator/component/NAME`; rules may describe further components. */
export type ComponentBody = SuccessBody<ComponentStates[keyof ComponentStates] | RuleSnapshot>;

/** The body of `/api/status/daemons`. */
export type ComponentDaemonsBody = SuccessBody<ComponentDaemons>;

/** The body of `/api/status/daemon/NAME`. */
export type ComponentDaemonBody = SuccessBody<ComponentDaemon>;

/** The body of `/api/logs`. */
export type LogListingBody = SuccessBody<LogListing>;

/** Everything that `/api/status` shows. */
export interface CombinedStatus {
    daemons: ComponentDaemons;
    logs: LogListing;
    timestamp: Timestamp;
}

/** The body of `/api/status`. */
export type CombinedBody = Omit<SuccessBody<CombinedStatus>, "timestamp">;

/** The body of `/api/v1/daemons`. */
export interface DaemonList {
    daemons: DaemonStatus[];
}

/** The body of `/api/health`. */
export interface Liveness {
    status: "healthy";
    timestamp: Timestamp;
    version: string;
}

/** An error outside `/api/v1`. */
export interface ErrorBody {
    status: "error";
    error: string;
    timestamp: Timestamp;
}
