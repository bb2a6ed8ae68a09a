import type { Connection, ConnectionInput } from "./connection.js";
import { stepConnection } from "./connection.js";
import type { Environment } from "./environment.js";
import { asGhostError, GhostError } from "./errors.js";
import type { ServerSentEvent } from "./sse.js";
import { EventStreamParser, longestEvent } from "./sse.js";
import type { ByteStream } from "./transport.js";

/** A stream from which nothing came for so long, in milliseconds, is dead. The server pings every 15 s. */
export const heartbeatTimeout = 35_000;

/** After so many connections in a row that opened and stayed silent, something in between holds the bytes back. */
const mostSilentConnections = 2;

export interface GhostStreamOptions {
    environment: Environment;
    /** Opens the stream; called for every attempt, so that it can say from where on. */
    open(signal: AbortSignal): Promise<ByteStream>;
    /** Takes an event in. Throwing a `GhostError` ends this connection; the next one follows after a delay. */
    onEvent(event: ServerSentEvent): void;
    onConnection(connection: Connection): void;
    /** Called whenever bytes came. */
    onActivity?(): void;
    /** Milliseconds; asked anew for each delay. */
    retryDelay(): number;
    longestEvent?: number;
}

/** Keeps one event stream open: carries out what `stepConnection` decides. */
export class GhostStream {
    private readonly options: GhostStreamOptions;
    private readonly environment: Environment;
    private current: Connection = { state: "closed", error: null };
    private attempt: { abort: AbortController; stream: ByteStream | null } | null = null;
    private waitTimer: unknown = null;
    private silenceTimer: unknown = null;
    private lastActivity = 0;
    private serverDelay = 0;
    private silentConnections = 0;

    constructor(options: GhostStreamOptions) {
        this.options = options;
        this.environment = options.environment;
    }

    get connection(): Connection {
        return this.current;
    }

    start(): void {
        this.take({ kind: "start" });
    }

    stop(): void {
        this.take({ kind: "stop" });
    }

    /** Tries at once if it waits, and looks whether an open stream died while the page slept. */
    wake(): void {
        const silence = this.environment.now() - this.lastActivity;
        if (this.current.state === "open" && silence >= heartbeatTimeout) this.silent();
        this.take({ kind: "wake" });
    }

    private take(input: ConnectionInput): void {
        const before = this.current;
        const retryDelay = Math.max(this.options.retryDelay(), this.serverDelay);
        const { connection, action } = stepConnection(before, input, retryDelay);
        this.current = connection;
        if (connection.state !== before.state) this.clearTimers();
        switch (action.kind) {
            case "connect":
                this.connect();
                break;
            case "wait":
                this.dropAttempt();
                this.waitTimer = this.environment.setTimer(() => this.take({ kind: "due" }), action.delay);
                break;
            case "abort":
                this.dropAttempt();
                break;
            case "none":
                break;
        }
        if (connection !== before) this.options.onConnection(connection);
    }

    private connect(): void {
        const attempt = { abort: new AbortController(), stream: null as ByteStream | null };
        this.attempt = attempt;
        this.follow(attempt).catch((thrown: unknown) => {
            // What ends an attempt that was dropped concerns nobody.
            if (this.attempt === attempt) this.fail(asGhostError(thrown, "reading the stream"));
        });
    }

    private async follow(attempt: { abort: AbortController; stream: ByteStream | null }): Promise<void> {
        const stream = await this.options.open(attempt.abort.signal);
        if (this.attempt !== attempt) return stream.cancel();
        attempt.stream = stream;
        this.silentConnections += 1;
        this.take({ kind: "opened", at: this.environment.now() });
        if (this.attempt !== attempt) return;
        this.noticeActivity();
        const parser = new EventStreamParser(this.options.longestEvent ?? longestEvent);
        for (;;) {
            const bytes = await stream.read();
            if (this.attempt !== attempt) return;
            if (bytes === null) throw new GhostError("interrupted", "The server ended the stream.");
            this.silentConnections = 0;
            this.noticeActivity();
            this.options.onActivity?.();
            for (const item of parser.push(bytes)) {
                if (item.kind === "retry") this.serverDelay = item.delay;
                else if (item.kind === "event") this.options.onEvent(item);
                else throw new GhostError("protocol", `An event "${item.event}" was longer than what is taken.`);
                if (this.attempt !== attempt) return;
            }
        }
    }

    private fail(error: GhostError): void {
        this.take({ kind: "failed", error, at: this.environment.now(), random: this.environment.random() });
    }

    private noticeActivity(): void {
        this.lastActivity = this.environment.now();
        this.environment.clearTimer(this.silenceTimer);
        this.silenceTimer = this.environment.setTimer(() => this.silent(), heartbeatTimeout);
    }

    private silent(): void {
        const isHeldBack = this.silentConnections >= mostSilentConnections;
        this.fail(new GhostError(isHeldBack ? "unsupported" : "silent", "Nothing came on the stream for 35 s."));
    }

    private dropAttempt(): void {
        const attempt = this.attempt;
        this.attempt = null;
        attempt?.abort.abort();
        attempt?.stream?.cancel();
    }

    private clearTimers(): void {
        this.environment.clearTimer(this.waitTimer);
        this.environment.clearTimer(this.silenceTimer);
    }
}
