/** A request and what must come back. */
export interface GetStep {
    get: string;
    status: number;
    type?: string;
    /** By the path of a field: `text`, `number`, `list`, `time`, or `= ` and the value itself. */
    body?: Record<string, string>;
}

/** A stream and what must come on it. */
export interface StreamStep {
    stream: string;
    /** `{id}` is the last id that came, `{epoch}` its epoch. */
    lastEventId?: string;
    by?: "header" | "query";
    /** Ends well when these came, in this order. */
    until?: string[];
    /** Ends well when none of these came in the time. */
    never?: string[];
    /** Milliseconds. */
    within: number;
}

/** One step of a conversation with a server. `check` has one form: that the snapshot and its id agree. */
export type ServerStep = GetStep | StreamStep | { check: string };

/** What any server of the protocol must do. */
export interface ServerScenario {
    name: string;
    steps: ServerStep[];
}

/** What a scripted server sends. */
export type Sent =
    | string
    | { snapshot: number; epoch?: string; cut?: Cut }
    | { change: [from: number, to: number]; epoch?: string; cut?: Cut }
    /** Milliseconds. */
    | { wait: number };

/** Where the bytes are cut: inside a character of several bytes, everywhere, or off in the middle for good. */
export type Cut = "character" | "each byte" | "off";

/** What a scripted server does with one connection. */
export type ScriptedConnection = { status: number; retryAfter?: number } | ScriptedStream;

export interface ScriptedStream {
    send: Sent[];
    then: "stay" | "end" | "break";
}

/** What any client of the protocol must make of what a server does. */
export interface ClientScenario {
    name: string;
    connections: ScriptedConnection[];
    /** The sequences that `/api/orchestrator/status` answers with, one after the other. */
    polls?: number[];
    expect: {
        sequence: number | null;
        connection: string;
        error: string | null;
        gaps?: number;
        /** The ids that the connections were asked to go on from. */
        lastEventIds: (string | null)[];
    };
}
