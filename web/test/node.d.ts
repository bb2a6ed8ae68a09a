// The few names of Node that the tests use; its whole types are not among what Debian packages.
declare module "node:test" {
    type Body = () => void | Promise<void>;
    export function test(name: string, body: Body): void;
    export function test(name: string, options: { skip?: string | false; timeout?: number }, body: Body): void;
    export function after(body: Body): void;
}
declare module "node:assert/strict" {
    interface Assert {
        equal(actual: unknown, expected: unknown, message?: string): void;
        notEqual(actual: unknown, expected: unknown, message?: string): void;
        deepEqual(actual: unknown, expected: unknown, message?: string): void;
        ok(value: unknown, message?: string): asserts value;
        match(text: string, pattern: RegExp, message?: string): void;
        throws(body: () => unknown, expected?: unknown): void;
        rejects(promise: Promise<unknown>, expected?: unknown): Promise<void>;
        fail(message: string): never;
    }
    const assert: Assert;
    export default assert;
}
declare module "node:fs" {
    export function readFileSync(path: string, encoding: "utf8"): string;
    export function readdirSync(path: string): string[];
    export function existsSync(path: string): boolean;
    export function writeFileSync(path: string, text: string): void;
    export function appendFileSync(path: string, text: string): void;
    export function mkdirSync(path: string, options?: { recursive?: boolean }): void;
    export function mkdtempSync(prefix: string): string;
    export function rmSync(path: string, options: { recursive: boolean; force: boolean }): void;
}
declare module "node:path" {
    export function join(...parts: string[]): string;
    export function resolve(...parts: string[]): string;
}
declare module "node:os" {
    export function tmpdir(): string;
}
declare module "node:vm" {
    export function runInNewContext(code: string, sandbox: object): unknown;
}
declare module "node:child_process" {
    interface Output {
        on(event: "data", listener: (chunk: Uint8Array) => void): void;
    }
    export interface Child {
        readonly pid: number | undefined;
        readonly exitCode: number | null;
        readonly signalCode: string | null;
        readonly stdout: Output;
        readonly stderr: Output;
        kill(signal?: string): boolean;
        once(event: "exit", listener: () => void): void;
    }
    export function spawn(program: string, words: string[], options: { cwd?: string; stdio: string[] }): Child;
}
declare module "node:http" {
    interface Address {
        port: number;
    }
    interface Socket {
        destroy(): void;
        setNoDelay(on: boolean): void;
    }
    type Headers = Record<string, string | string[] | undefined>;
    export interface Incoming {
        readonly method: string;
        readonly url: string;
        readonly statusCode: number;
        readonly headers: Headers;
        readonly socket: Socket;
        on(event: "data", listener: (chunk: Uint8Array) => void): void;
        on(event: "end" | "close" | "aborted", listener: () => void): void;
        on(event: "error", listener: (error: Error) => void): void;
        resume(): void;
        destroy(): void;
    }
    export interface Outgoing {
        readonly socket: Socket | null;
        readonly destroyed: boolean;
        writeHead(status: number, headers?: Headers): void;
        write(chunk: string | Uint8Array): boolean;
        end(text?: string): void;
        flushHeaders(): void;
        destroy(): void;
        on(event: "close", listener: () => void): void;
        on(event: "error", listener: (error: Error) => void): void;
    }
    export interface Server {
        listen(port: number, host: string, done: () => void): void;
        address(): Address;
        close(): void;
        closeAllConnections(): void;
        on(event: "connection", listener: (socket: Socket) => void): void;
    }
    interface RequestOptions {
        host: string;
        port: number;
        path: string;
        method?: string;
        headers?: Headers;
        agent?: false;
    }
    export function createServer(answer: (request: Incoming, response: Outgoing) => void): Server;
    export function request(options: RequestOptions, answer: (response: Incoming) => void): Outgoing;
}
declare module "jsdom" {
    export class JSDOM {
        constructor(html: string, options?: object);
        readonly window: Window & typeof globalThis;
        static fromURL(
            url: string,
            options: {
                runScripts: "dangerously";
                resources: "usable";
                beforeParse(window: Window & typeof globalThis): void;
            },
        ): Promise<JSDOM>;
    }
}
declare const process: {
    argv: string[];
    env: Record<string, string | undefined>;
    cwd(): string;
    exitCode: number;
    memoryUsage(): { heapUsed: number };
    once(event: "exit", listener: () => void): void;
};
// Not among the types that Debian packages.
declare module "react-dom/test-utils" {
    export function act(work: () => void | Promise<void>): Promise<void>;
}
