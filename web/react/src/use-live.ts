import type { LiveState, Source, Want } from "@ghost/client";
import { emptyState } from "@ghost/client";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Settings } from "./options.js";
import type { LiveResult } from "./result.js";
import { fieldsOf, ResultKeeper } from "./result.js";

/** What a hook is about. */
export interface Subject<Name extends string, Data, State extends LiveState<Data>, Value> {
    source: Source<Data, State>;
    /** The name of the value in the result. */
    name: Name;
    /** Takes the value from the state; not called before there are data. */
    select: (state: State) => Value;
    /** The value before there are data. */
    initial: Value;
    /** Whether `initial` is as good as data. */
    isInitialGood: boolean;
}

/** Keeps a source up to date while the component is mounted, and returns what the hook is about. */
export function useLive<Name extends string, Data, State extends LiveState<Data>, Value>(
    subject: Subject<Name, Data, State, Value>,
    settings: Settings,
): LiveResult<Name, Value> {
    const { source, name, select, initial, isInitialGood } = subject;
    const { enabled } = settings;
    const [keeper] = useState(() => new ResultKeeper());
    const refetch = useCallback(() => source.refetch(), [source]);

    const resultOf = (state: LiveState<Data>, isThere: boolean): LiveResult<Name, Value> => {
        const value = isThere ? keeper.select(state as State, select) : initial;
        return keeper.keep(fieldsOf(state, { name, value, isThere: isThere || isInitialGood }, enabled, refetch));
    };
    const current = (): LiveResult<Name, Value> => {
        const state = source.store.get();
        return resultOf(state, state.data !== null);
    };
    // While a page is rendered on a server, and while a browser takes that over, nothing is known yet.
    const onServer = (): LiveResult<Name, Value> => resultOf(emptyState<Data>(), false);
    const result = useSyncExternalStore(source.store.listen, current, onServer);

    useWant(source, settings);
    useErrorCallback(source, settings);
    return result;
}

/** Wants a source while mounted and enabled; asks for it otherwise when the numbers change. */
function useWant<Data, State extends LiveState<Data>>(source: Source<Data, State>, settings: Settings): void {
    const { demand, enabled } = settings;
    const want = useRef<Want | null>(null);
    const newest = useRef(demand);
    useEffect(() => {
        newest.current = demand;
        want.current?.change(demand);
        // The demand is a new object at each rendering; its numbers are what counts.
        // eslint-disable-next-line react-hooks/exhaustive-deps
    }, [demand.pollingInterval, demand.retryAttempts, demand.retryDelay, demand.staleTime, demand.entries]);
    useEffect(() => {
        if (!enabled) return;
        const current = source.want(newest.current);
        want.current = current;
        return () => {
            want.current = null;
            current.release();
        };
    }, [source, enabled]);
}

/** Calls `onError` once when the attempts are used up, and not again before one succeeds. */
function useErrorCallback<Data, State extends LiveState<Data>>(source: Source<Data, State>, settings: Settings): void {
    const newest = useRef(settings);
    useEffect(() => {
        newest.current = settings;
    });
    useEffect(() => {
        let isTold = false;
        const look = (): void => {
            const { error, failureCount } = source.store.get();
            const { enabled, demand, onError } = newest.current;
            if (error === null) isTold = false;
            else if (enabled && !isTold && (failureCount > demand.retryAttempts || !error.isRetryable)) {
                isTold = true;
                onError(error);
            }
        };
        look();
        return source.store.listen(look);
    }, [source]);
}
