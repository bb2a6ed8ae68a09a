import type { ComponentName, ComponentStates, OrchestrationData } from "@ghost/client";
import { componentNames, parseOrchestration } from "@ghost/client";

/** A healthy state as the server encodes it, in both shapes. */
export function sampleData(epoch: string, sequence: number, timestamp = "2026-11-22T12:00:00.000Z"): OrchestrationData {
    const components: Record<string, unknown> = {};
    for (const name of componentNames) components[name] = { status: "active", lastCheck: timestamp, error: null };
    return parseOrchestration({
        ...components,
        orchestration: { ...components, lastUpdate: timestamp },
        overallHealth: "healthy",
        activeComponents: 5,
        errorComponents: 0,
        totalComponents: 5,
        healthPercentage: 100,
        daemons: { total: 1, up: 1, down: 0, names: [] },
        epoch,
        sequence,
        lastUpdate: timestamp,
        timestamp,
    });
}

/** The state with some fields of one component changed. */
export function changed<Name extends ComponentName>(
    data: OrchestrationData,
    name: Name,
    fields: Partial<ComponentStates[Name]>,
): OrchestrationData {
    const component = { ...data[name], ...fields };
    const all = componentNames.map((each) => (each === name ? component : data[each]));
    const working = all.filter(({ status }) => status === "active" || status === "idle").length;
    return {
        ...data,
        [name]: component,
        orchestration: { ...data.orchestration, [name]: component },
        activeComponents: working,
        errorComponents: all.filter(({ status }) => status === "error").length,
        healthPercentage: 20 * working,
        overallHealth: working === 5 ? "healthy" : "warning",
        sequence: data.sequence + 1,
    };
}
