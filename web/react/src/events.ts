import type { OrchestrationState, StateEvent } from "@ghost/client";
import { useGhost } from "./context.js";
import type { HookOptions } from "./options.js";
import { settingsOf } from "./options.js";
import type { LiveResult } from "./result.js";
import { useLive } from "./use-live.js";

const none: readonly StateEvent[] = [];
const eventsOf = (state: OrchestrationState): readonly StateEvent[] => state.events;

/** What changed since the page is open, oldest first; at most 200 changes. Needs the stream. */
export function useOrchestrationEvents(options: HookOptions = {}): LiveResult<"events", readonly StateEvent[]> {
    const { orchestration } = useGhost();
    const subject = {
        source: orchestration,
        name: "events" as const,
        select: eventsOf,
        initial: none,
        isInitialGood: false,
    };
    return useLive(subject, settingsOf(options, { pollingInterval: 10_000, retryAttempts: 3, retryDelay: 2000 }));
}
