import type { Child } from "node:child_process";
import { spawn } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The program that these tests ask, which `scripts/web` has found; null for none. */
export const program = process.env["GHOST"] ? resolve(process.env["GHOST"]) : null;

/** Why the tests of this folder are passed over; false if they are not. */
export const skip = program === null ? "no program: GHOST names none" : false;

/** Waits for something that comes true. */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, within = 20_000): Promise<void> {
    const end = Date.now() + within;
    while (!(await isTrue())) {
        if (Date.now() > end) throw new Error(`not within ${within} ms: ${what}`);
        await pause(10);
    }
}

export function pause(duration: number): Promise<void> {
    return new Promise((done) => setTimeout(done, duration));
}

/** The beginning of an answer. */
export interface Head {
    status: number;
    headers: Record<string, string | string[] | undefined>;
}

const address = /orchestrator API +http:\/\/127\.0\.0\.1:(\d+)/;

/** A Ghost of a test's own, in a folder of its own, on ports that nobody else has. */
export class LiveGhost {
    readonly folder = mkdtempSync(join(tmpdir(), "ghost-web-"));
    /** Where the component logs are, for one that watches what the test writes. */
    readonly logs = join(this.folder, "logs");
    port = 0;
    output = "";
    private readonly words: () => string[];
    private child: Child | null = null;

    private constructor(words: (ghost: LiveGhost) => string[]) {
        this.words = () => words(this);
        mkdirSync(this.logs);
        // What is left of a test that was ended from outside.
        process.once("exit", () => this.child?.kill("SIGKILL"));
    }

    /** One that watches the logs of a folder, which the test writes. */
    static async monitor(more: string[] = []): Promise<LiveGhost> {
        const ghost = new LiveGhost(({ folder, logs, port }) => {
            const where = ["--log-dir", logs, "--state-dir", join(folder, "state")];
            return ["monitor", ...where, "--port", `${port}`, "--status-port", "0", ...more];
        });
        ghost.write("sentinel", "🟢 relayCore is running (PID: 42)");
        ghost.write("watchdog", "✅ relayCore restart attempt 1");
        await ghost.start();
        return ghost;
    }

    /** One that supervises what a configuration says; the configuration need not name ports. */
    static async up(configuration: string, files: Record<string, string> = {}): Promise<LiveGhost> {
        const ghost = new LiveGhost(({ folder }) => ["up", "-f", join(folder, "ghost.yaml")]);
        ghost.change(files);
        ghost.configure(configuration);
        await ghost.start();
        return ghost;
    }

    get url(): string {
        return `http://127.0.0.1:${this.port}`;
    }

    /** Starts it, or starts it again where it was. */
    async start(): Promise<void> {
        this.output = "";
        const child = spawn(program ?? "ghost", this.words(), { cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
        this.child = child;
        for (const stream of [child.stdout, child.stderr]) {
            stream.on("data", (chunk) => {
                this.output += new TextDecoder().decode(chunk);
            });
        }
        await until("Ghost says where it listens", () => {
            if (child.exitCode !== null) throw new Error(`Ghost ended with ${child.exitCode}:\n${this.output}`);
            return address.test(this.output);
        });
        this.port = Number(address.exec(this.output)?.[1]);
        await until("Ghost answers", async () => (await fetch(`${this.url}/healthz`).catch(() => null))?.ok === true);
    }

    /** Ends it as a crash does. */
    async kill(): Promise<void> {
        await this.end("SIGKILL");
    }

    /** Ends it in order, and removes what it left. */
    async close(): Promise<void> {
        await this.end("SIGTERM");
        rmSync(this.folder, { recursive: true, force: true });
    }

    private async end(signal: string): Promise<void> {
        const { child } = this;
        this.child = null;
        if (child === null || child.exitCode !== null || child.signalCode !== null) return;
        const ended = new Promise<void>((done) => child.once("exit", done));
        child.kill(signal);
        await ended;
    }

    /** Writes files into the folder that daemons run in. */
    change(files: Record<string, string>): void {
        for (const [name, text] of Object.entries(files)) writeFileSync(join(this.folder, name), text);
    }

    /** Writes another configuration, which nothing takes over by itself. */
    configure(configuration: string): void {
        writeFileSync(join(this.folder, "ghost.yaml"), `server: { port: 0, status_port: 0 }\n${configuration}`);
    }

    /** What allows to change something. */
    get token(): string {
        return readFileSync(join(this.folder, ".ghost", "token"), "utf8").trim();
    }

    /** Adds a line to a component log, as the component would. */
    write(component: "sentinel" | "watchdog" | "executor" | "selfcheck" | "lifecycle", text: string): void {
        const names = { watchdog: "watchdog-restarts.log" } as Record<string, string>;
        const file = join(this.logs, names[component] ?? `${component}-status.log`);
        appendFileSync(file, `[${new Date().toISOString()}] ${text}\n`);
    }

    /** The body of an answer. */
    async get(path: string, init: RequestInit = {}): Promise<unknown> {
        const response = await fetch(this.url + path, init);
        return response.json();
    }

    /** The status and the headers of an answer, to headers that no page may set by itself. */
    ask(method: string, path: string, headers: Record<string, string>): Promise<Head> {
        return new Promise((resolve, reject) => {
            const where = { host: "127.0.0.1", port: this.port, path, method, headers, agent: false as const };
            const asked = request(where, (answer) => {
                answer.resume();
                resolve({ status: answer.statusCode, headers: answer.headers });
            });
            asked.on("error", reject);
            asked.end();
        });
    }

    /** A number of `/metrics`. */
    async metric(name: string): Promise<number> {
        const text = await (await fetch(`${this.url}/metrics`)).text();
        const line = text.split("\n").find((each) => each.startsWith(`${name} `));
        return Number(line?.split(" ")[1]);
    }
}
