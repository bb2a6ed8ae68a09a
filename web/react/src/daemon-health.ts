import type { ComponentDaemon, ComponentDaemons, DaemonStatus, LiveState, OverallHealth, Source } from "@ghost/client";
import { useCallback, useMemo } from "react";
import { useGhost } from "./context.js";
import type { Defaults, InitialOptions, SelectOptions } from "./options.js";
import { settingsOf } from "./options.js";
import type { LiveResult } from "./result.js";
import { useLive } from "./use-live.js";

const defaults: Defaults = { pollingInterval: 5000, retryAttempts: 3, retryDelay: 1000 };

/** Options of the hooks about daemons. */
export type DaemonHealthOptions<Selected = ComponentDaemons> = SelectOptions<ComponentDaemons, Selected>;

export interface DaemonStats {
    total: number;
    running: number;
    failed: number;
}

const whole = (data: ComponentDaemons): ComponentDaemons => data;

/** The five components as daemons, under names such as `ghostSentinelGuard`. */
export function useDaemonHealth<Selected = ComponentDaemons>(
    options: DaemonHealthOptions<Selected> = {},
): LiveResult<"data", Selected | null> {
    const { componentDaemons } = useGhost();
    const select = (options.select ?? whole) as (data: ComponentDaemons) => Selected;
    return useQuery(componentDaemons, "data", select, options);
}

/** One of them; null also when there is none of that name. */
export function useDaemonStatus(
    name: string,
    options: InitialOptions<ComponentDaemons> = {},
): LiveResult<"status", ComponentDaemon | null> {
    const { componentDaemons } = useGhost();
    const select = useCallback(
        (data: ComponentDaemons) => data.daemons.find((daemon) => daemon.name === name) ?? null,
        [name],
    );
    return useQuery(componentDaemons, "status", select, options);
}

const healthOf = (data: ComponentDaemons): OverallHealth => data.overallHealth;

/** How they are together. */
export function useSystemHealth(
    options: InitialOptions<ComponentDaemons> = {},
): LiveResult<"health", OverallHealth | null> {
    const { componentDaemons } = useGhost();
    return useQuery(componentDaemons, "health", healthOf, options);
}

function statsOf({ daemons }: ComponentDaemons): DaemonStats {
    const running = daemons.filter((daemon) => daemon.running).length;
    return { total: daemons.length, running, failed: daemons.length - running };
}

/** How many of them run. */
export function useDaemonStats(
    options: InitialOptions<ComponentDaemons> = {},
): LiveResult<"stats", DaemonStats | null> {
    const { componentDaemons } = useGhost();
    return useQuery(componentDaemons, "stats", statsOf, options);
}

const all = (daemons: DaemonStatus[]): DaemonStatus[] => daemons;

/** The daemons that Ghost supervises, as the supervisor knows them. */
export function useDaemons<Selected = DaemonStatus[]>(
    options: SelectOptions<DaemonStatus[], Selected> = {},
): LiveResult<"daemons", Selected | null> {
    const { daemons } = useGhost();
    return useQuery(daemons, "daemons", (options.select ?? all) as (daemons: DaemonStatus[]) => Selected, options);
}

function useQuery<Name extends string, Data, Value>(
    source: Source<Data>,
    name: Name,
    select: (data: Data) => Value,
    options: InitialOptions<Data>,
): LiveResult<Name, Value | null> {
    const { initialData } = options;
    const initial = useMemo(() => (initialData === undefined ? null : select(initialData)), [initialData, select]);
    const ofState = useCallback(
        ({ data }: LiveState<Data>): Value | null => (data === null ? null : select(data)),
        [select],
    );
    const subject = { source, name, select: ofState, initial, isInitialGood: initialData !== undefined };
    return useLive(subject, settingsOf(options, defaults));
}
