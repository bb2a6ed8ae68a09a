import type { Environment } from "./environment.js";
import { asGhostError, GhostError, parseRetryAfter } from "./errors.js";
import { isObject } from "./model/parse.js";

/** The longest body that is read, in bytes. */
export const longestBody = 32 * 1024 * 1024;
/** The longest body of an error that is read, in bytes. */
const longestErrorBody = 64 * 1024;

export interface RequestOptions {
    signal?: AbortSignal | undefined;
    /** Milliseconds until the whole answer must be there; for a stream, until it begins. */
    timeout?: number | undefined;
}

/** An answer whose body goes on. */
export interface ByteStream {
    /** The next bytes; null at the end. */
    read(): Promise<Uint8Array | null>;
    /** Ends it; a pending `read` ends too. */
    cancel(): void;
}

/** Sends requests to one server and makes each failure a `GhostError`. */
export class Transport {
    readonly baseUrl: string;
    private readonly headers: Record<string, string>;
    private readonly environment: Environment;
    private readonly timeout: number;

    constructor(baseUrl: string, headers: Record<string, string>, environment: Environment, timeout: number) {
        this.baseUrl = baseUrl.replace(/\/+$/, "");
        this.headers = headers;
        this.environment = environment;
        this.timeout = timeout;
    }

    /** Asks for JSON. The timeout covers the body. */
    json(path: string, options: RequestOptions = {}): Promise<unknown> {
        return this.withDeadline(path, options, async (abort) => {
            const response = await this.send(path, { Accept: "application/json" }, abort.signal);
            if (!response.ok) throw await this.failure(response);
            try {
                return JSON.parse(await textOf(response, longestBody)) as unknown;
            } catch (thrown) {
                if (!(thrown instanceof SyntaxError)) throw thrown;
                throw new GhostError("protocol", `GET ${path}: the answer is not JSON`, { status: response.status });
            }
        });
    }

    /** Asks for an event stream. The timeout covers the head. */
    open(path: string, headers: Record<string, string>, options: RequestOptions = {}): Promise<ByteStream> {
        return this.withDeadline(path, options, async (abort) => {
            const response = await this.send(path, { Accept: "text/event-stream", ...headers }, abort.signal);
            if (!response.ok) throw await this.failure(response);
            const type = response.headers?.get("Content-Type") ?? "nothing";
            if (!/^text\/event-stream\b/i.test(type) || !response.body) {
                abort.abort();
                throw new GhostError("unsupported", `GET ${path}: the answer is ${type} and not an event stream`);
            }
            const reader = response.body.getReader();
            return {
                read: async () => {
                    const { done, value } = await reader.read();
                    return done || !value ? null : value;
                },
                cancel: () => {
                    abort.abort();
                    reader.cancel().catch(() => {});
                },
            };
        });
    }

    private send(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
        return this.environment.fetch(this.baseUrl + path, { headers: { ...headers, ...this.headers }, signal });
    }

    private async failure(response: Response): Promise<GhostError> {
        let detail: string | null = null;
        let title = response.statusText;
        try {
            const body = JSON.parse(await textOf(response, longestErrorBody)) as unknown;
            if (isObject(body)) {
                const said = [body["detail"], body["error"], body["title"]].find((text) => typeof text === "string");
                detail = (said as string | undefined) ?? null;
                if (!title && typeof body["title"] === "string") title = body["title"];
            }
        } catch {
            // The status says enough where the body says nothing.
        }
        return new GhostError("http", `HTTP ${response.status}: ${title || detail || "no reason given"}`, {
            status: response.status,
            retryAfter: parseRetryAfter(response.headers?.get("Retry-After") ?? null, this.environment.now()),
            detail,
        });
    }

    /** Runs `work` until it ends, the time is over or the caller stops it, also when `work` does not notice. */
    private withDeadline<Value>(
        path: string,
        options: RequestOptions,
        work: (abort: AbortController) => Promise<Value>,
    ): Promise<Value> {
        const { environment } = this;
        const timeout = options.timeout ?? this.timeout;
        const doing = `GET ${path}`;
        return new Promise<Value>((resolve, reject) => {
            const abort = new AbortController();
            const timer = environment.setTimer(() => {
                end(new GhostError("timeout", `${doing}: no complete answer within ${timeout} ms`));
            }, timeout);
            const stopped = (): void => end(new GhostError("aborted", `${doing}: stopped`));
            const release = (): void => {
                environment.clearTimer(timer);
                options.signal?.removeEventListener("abort", stopped);
            };
            const end = (error: GhostError): void => {
                release();
                reject(error);
                abort.abort();
            };
            if (options.signal?.aborted) return stopped();
            options.signal?.addEventListener("abort", stopped);
            work(abort).then(
                (value) => {
                    release();
                    resolve(value);
                },
                (thrown: unknown) => {
                    release();
                    reject(asGhostError(thrown, doing));
                },
            );
        });
    }
}

/** The text of a body that must not exceed `limit` bytes. */
async function textOf(response: Response, limit: number): Promise<string> {
    if (!response.body) {
        // Stand-ins for `fetch` in other people's tests often have nothing but `json()`.
        return typeof response.text === "function" ? response.text() : JSON.stringify(await response.json());
    }
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    let length = 0;
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return text + decoder.decode();
        length += value.length;
        if (length > limit) {
            reader.cancel().catch(() => {});
            throw new GhostError("protocol", `the answer is longer than ${limit} bytes`, { status: response.status });
        }
        text += decoder.decode(value, { stream: true });
    }
}
