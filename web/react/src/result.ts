import type { ConnectionName, GhostError, LiveState } from "@ghost/client";
import { keepEqual } from "@ghost/client";

/** What every hook returns, beside the value it is about. */
export interface LiveFields {
    /** True until the first answer or failure; never again for a refresh in the background. */
    loading: boolean;
    /** The same. */
    isLoading: boolean;
    /** Why the newest attempt failed. The last good data stay. */
    error: GhostError | null;
    /** Asks now. Ends when the answer, or the failure, is there; never rejects. */
    refetch: () => Promise<void>;
    status: "pending" | "error" | "success";
    isPending: boolean;
    isError: boolean;
    isSuccess: boolean;
    /** Whether a request is under way, in the background too. */
    isFetching: boolean;
    failureCount: number;
    failureReason: GhostError | null;
    /** Milliseconds since 1970; 0 for never. */
    dataUpdatedAt: number;
    /** Whether changes come by themselves. */
    isStreaming: boolean;
    connection: ConnectionName;
    /** When the next attempt is due, in milliseconds since 1970, if one is waited for. */
    retryAt: number | null;
}

/** The fields of every hook, and the value under the name that the hook gives it. */
export type LiveResult<Name extends string, Value> = Omit<LiveFields, Name> & { [Key in Name]: Value };

type Values = Record<string, unknown>;

/**
 * Makes results that stay the same object as long as nothing changed that was ever read from one.
 *
 * A component that reads `health` alone renders again only when the health changes, however often data come.
 */
export class ResultKeeper {
    private readonly read = new Set<string>();
    private values: Values | null = null;
    private result: object | null = null;
    private selected: { from: unknown; by: unknown; value: unknown } | null = null;

    /** What `select` takes from `from`; computed again only when one of them changed, with equal parts kept. */
    select<From, Value>(from: From, select: (from: From) => Value): Value {
        const last = this.selected;
        if (last !== null && Object.is(last.from, from) && last.by === select) return last.value as Value;
        const value = keepEqual(last?.value, select(from));
        this.selected = { from, by: select, value };
        return value;
    }

    /** The result for these values. */
    keep<Result extends object>(values: Values): Result {
        const last = this.values;
        this.values = values;
        if (last !== null && this.result !== null) {
            const isSame = [...this.read].every((key) => Object.is(last[key], values[key]));
            if (isSame) return this.result as Result;
        }
        const result = {};
        for (const key of Object.keys(values)) {
            Object.defineProperty(result, key, {
                enumerable: true,
                get: () => {
                    this.read.add(key);
                    // What was read before is the same in the newest values; what was not is better new than old.
                    return this.result === result ? this.values?.[key] : values[key];
                },
            });
        }
        this.result = result;
        return result as Result;
    }
}

/** The fields for a state. */
export function fieldsOf(
    state: LiveState<unknown>,
    value: { name: string; value: unknown; isThere: boolean },
    enabled: boolean,
    refetch: () => Promise<void>,
): Values {
    const status = value.isThere ? "success" : state.error !== null ? "error" : "pending";
    const loading = enabled && status === "pending";
    return {
        loading,
        isLoading: loading,
        error: state.error,
        refetch,
        status,
        isPending: status === "pending",
        isError: state.error !== null,
        isSuccess: status === "success",
        isFetching: state.isFetching,
        failureCount: state.failureCount,
        failureReason: state.error,
        dataUpdatedAt: state.dataUpdatedAt,
        isStreaming: state.connection === "open",
        connection: state.connection,
        retryAt: state.retryAt,
        // Last, because a hook may give its value a name that is also that of a field.
        [value.name]: value.value,
    };
}
