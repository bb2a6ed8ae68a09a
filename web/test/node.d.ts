// The few names of Node that the tests use; its whole types are not among what Debian packages.
declare module "node:test" {
    type Body = () => void | Promise<void>;
    export function test(name: string, body: Body): void;
    export function test(name: string, options: { skip?: string | false }, body: Body): void;
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
}
declare module "node:path" {
    export function join(...parts: string[]): string;
}
declare module "node:vm" {
    export function runInNewContext(code: string, sandbox: object): unknown;
}
declare module "jsdom" {
    export class JSDOM {
        constructor(html: string, options?: object);
        readonly window: Window & typeof globalThis;
    }
}
declare const process: { env: Record<string, string | undefined>; cwd(): string; exitCode: number };
// Not among the types that Debian packages.
declare module "react-dom/test-utils" {
    export function act(work: () => void | Promise<void>): Promise<void>;
}
