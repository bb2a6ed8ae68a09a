export * from "@ghost/client";
export type { GhostProviderProps } from "./context.js";
export { GhostProvider, useGhost } from "./context.js";
export type { DaemonHealthOptions, DaemonStats } from "./daemon-health.js";
export { useDaemonHealth, useDaemons, useDaemonStats, useDaemonStatus, useSystemHealth } from "./daemon-health.js";
export { useOrchestrationEvents } from "./events.js";
export type { LogStreamOptions, LogStreamResult } from "./log-stream.js";
export { useDaemonLogs, useErrorLogs, useLogStream } from "./log-stream.js";
export type { HookOptions, InitialOptions, SelectOptions } from "./options.js";
export type { OrchestrationStats, OrchestratorHealthOptions } from "./orchestrator-health.js";
export {
    useComponentHealth,
    useOrchestrationHealth,
    useOrchestrationStats,
    useOrchestratorHealth,
} from "./orchestrator-health.js";
export type { LiveFields, LiveResult } from "./result.js";
