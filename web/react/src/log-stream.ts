import type { LogEntry, LogFilter, LogLevel, LogState } from "@ghost/client";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useGhost } from "./context.js";
import type { Defaults, HookOptions } from "./options.js";
import { settingsOf } from "./options.js";
import type { LiveResult } from "./result.js";
import { useLive } from "./use-live.js";

const defaults: Defaults = { pollingInterval: 2000, retryAttempts: 3, retryDelay: 1000 };
const none: readonly LogEntry[] = [];

export interface LogStreamOptions extends HookOptions {
    daemon?: string;
    level?: LogLevel;
    /** A text that the lines contain. */
    text?: string;
    /** How many entries are returned at most. */
    maxEntries?: number;
    /** For the component that shows the logs; the hook itself does not scroll. */
    autoScroll?: boolean;
    /** Called once for each entry that came after the first answer, in order. */
    onNewLog?: (entry: LogEntry) => void;
}

/** The lines of `useLogStream`, and what is known of them. */
export type LogStreamResult = LiveResult<"logs", readonly LogEntry[]> & {
    /** Empties the list of this hook; what comes later is shown. */
    clearLogs: () => void;
};

/** The newest log lines, oldest first. */
export function useLogStream(options: LogStreamOptions = {}): LogStreamResult {
    const { daemon, level, text, maxEntries = 100, onNewLog } = options;
    const ghost = useGhost();
    const feed = useMemo(() => {
        const filter: LogFilter = {};
        if (daemon !== undefined) filter.daemon = daemon;
        if (level !== undefined) filter.level = level;
        if (text !== undefined) filter.text = text;
        return ghost.logs(filter);
    }, [ghost, daemon, level, text]);

    const [cleared, setCleared] = useState({ feed, total: 0 });
    const clearedTotal = cleared.feed === feed ? cleared.total : 0;
    const clearLogs = useCallback(() => setCleared({ feed, total: feed.store.get().total }), [feed]);
    const select = useCallback(
        (state: LogState): readonly LogEntry[] => newestEntries(state, clearedTotal, maxEntries),
        [clearedTotal, maxEntries],
    );
    const subject = { source: feed, name: "logs" as const, select, initial: none, isInitialGood: false };
    const result = useLive(subject, settingsOf(options, defaults, maxEntries));

    const newest = useRef(onNewLog);
    useEffect(() => {
        newest.current = onNewLog;
    });
    useEffect(() => {
        const { data, total } = feed.store.get();
        let told = data === null ? null : total;
        return feed.store.listen(() => {
            const state = feed.store.get();
            if (state.data === null) return;
            const fresh = newestEntries(state, told ?? state.backlog, Infinity);
            told = state.total;
            for (const entry of fresh) newest.current?.(entry);
        });
    }, [feed]);

    return useMemo(() => withClear(result, clearLogs), [result, clearLogs]);
}

/** The entries after the first `after` ones of all there ever were, at most `most` of them. */
function newestEntries(state: LogState, after: number, most: number): readonly LogEntry[] {
    const entries = state.data ?? none;
    const skipped = Math.max(0, after - (state.total - entries.length), entries.length - most);
    return skipped === 0 ? entries : entries.slice(skipped);
}

/** Adds a field without reading the others, which would make the component depend on them. */
function withClear(result: LiveResult<"logs", readonly LogEntry[]>, clearLogs: () => void): LogStreamResult {
    return Object.defineProperties({ clearLogs } as LogStreamResult, Object.getOwnPropertyDescriptors(result));
}

/** The newest lines that tell of an error. */
export function useErrorLogs(options: Omit<LogStreamOptions, "level"> = {}): LogStreamResult {
    return useLogStream({ ...options, level: "error" });
}

/** The newest lines of one daemon. */
export function useDaemonLogs(daemon: string, options: Omit<LogStreamOptions, "daemon"> = {}): LogStreamResult {
    return useLogStream({ ...options, daemon });
}
