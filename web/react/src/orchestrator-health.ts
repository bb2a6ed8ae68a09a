import type { ComponentName, ComponentStates, OrchestrationData, OverallHealth } from "@ghost/client";
import type { OrchestrationState } from "@ghost/client";
import { useCallback, useMemo } from "react";
import { useGhost } from "./context.js";
import type { Defaults, InitialOptions, SelectOptions } from "./options.js";
import { settingsOf } from "./options.js";
import type { LiveResult } from "./result.js";
import { useLive } from "./use-live.js";

const defaults: Defaults = { pollingInterval: 10_000, retryAttempts: 3, retryDelay: 2000 };

/** Options of the hooks about the orchestration. */
export type OrchestratorHealthOptions<Selected = OrchestrationData> = SelectOptions<OrchestrationData, Selected>;

/** What the numbers of the whole are. */
export interface OrchestrationStats {
    activeComponents: number;
    errorComponents: number;
    totalComponents: number;
    /** A whole number. */
    healthPercentage: number;
}

const whole = (data: OrchestrationData): OrchestrationData => data;

/** The five components and the health of the whole. */
export function useOrchestratorHealth<Selected = OrchestrationData>(
    options: OrchestratorHealthOptions<Selected> = {},
): LiveResult<"data", Selected | null> {
    return usePart("data", (options.select ?? whole) as (data: OrchestrationData) => Selected, options);
}

/** One component. */
export function useComponentHealth<Name extends ComponentName>(
    name: Name,
    options: InitialOptions<OrchestrationData> = {},
): LiveResult<"component", ComponentStates[Name] | null> {
    const select = useCallback((data: OrchestrationData) => data[name] as ComponentStates[Name], [name]);
    return usePart("component", select, options);
}

const healthOf = (data: OrchestrationData): OverallHealth => data.overallHealth;

/** How the whole is: healthy, warning or critical. */
export function useOrchestrationHealth(
    options: InitialOptions<OrchestrationData> = {},
): LiveResult<"health", OverallHealth | null> {
    return usePart("health", healthOf, options);
}

function statsOf({ activeComponents, errorComponents, totalComponents }: OrchestrationData): OrchestrationStats {
    const healthPercentage = totalComponents > 0 ? Math.round((100 * activeComponents) / totalComponents) : 0;
    return { activeComponents, errorComponents, totalComponents, healthPercentage };
}

/** How many components work. */
export function useOrchestrationStats(
    options: InitialOptions<OrchestrationData> = {},
): LiveResult<"stats", OrchestrationStats | null> {
    return usePart("stats", statsOf, options);
}

function usePart<Name extends string, Value>(
    name: Name,
    select: (data: OrchestrationData) => Value,
    options: InitialOptions<OrchestrationData>,
): LiveResult<Name, Value | null> {
    const { orchestration } = useGhost();
    const { initialData } = options;
    const initial = useMemo(() => (initialData === undefined ? null : select(initialData)), [initialData, select]);
    const ofState = useCallback(
        ({ data }: OrchestrationState): Value | null => (data === null ? null : select(data)),
        [select],
    );
    const subject = { source: orchestration, name, select: ofState, initial, isInitialGood: initialData !== undefined };
    return useLive(subject, settingsOf(options, defaults));
}
