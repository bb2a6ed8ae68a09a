// Plays the scenarios for clients with a real server: what a scenario calls a snapshot or a change is one of that
// server's, and what no healthy server does – breaking off, garbage, refusals – is done by the proxy in front of it.
import type { Incoming, Outgoing } from "node:http";
import { request } from "node:http";
import { parsePosition, SharedGhost } from "@ghost/client";
import { cutBytes } from "../conformance/client.js";
import type { ClientScenario, Cut, ScriptedStream } from "../conformance/scenario.js";
import { usual } from "../test/fake/station.js";
import { LiveGhost, pause, until } from "./ghost.js";
import { Proxy } from "./proxy.js";

const streamPath = "/api/orchestrator/stream";

/** The real servers behind a scenario, by the epoch that it gives them. They serve one scenario after the other. */
export class Servers {
    private readonly running = new Map<string, LiveGhost>();
    private written = 0;

    async of(epoch: string): Promise<LiveGhost> {
        const ghost = this.running.get(epoch) ?? (await LiveGhost.monitor());
        this.running.set(epoch, ghost);
        return ghost;
    }

    /** Makes the server commit something, and gives the sequence behind it. */
    async commit(ghost: LiveGhost): Promise<number> {
        const before = await sequenceOf(ghost);
        this.written += 1;
        // With a character of four bytes, which the cause of the change repeats.
        ghost.write("sentinel", `🟢 worker is running (PID: ${1000 + this.written})`);
        await until("the server commits what was written", async () => (await sequenceOf(ghost)) > before);
        return sequenceOf(ghost);
    }

    async close(): Promise<void> {
        for (const ghost of this.running.values()) await ghost.close();
    }
}

async function sequenceOf(ghost: LiveGhost): Promise<number> {
    const body = (await ghost.get("/api/orchestrator/status")) as { data: { sequence: number } };
    return body.data.sequence;
}

/** What became of the client, and what the scenario expects, with the server's ids in the place of the scenario's. */
export async function playWithServer(
    scenario: ClientScenario,
    servers: Servers,
): Promise<{ actual: ClientScenario["expect"]; expected: ClientScenario["expect"] }> {
    const play = await Play.start(scenario, servers);
    try {
        return await play.run();
    } finally {
        play.end();
    }
}

class Play {
    /** The server's ids by those of the scenario. */
    private readonly ids = new Map<string, string>();
    /** What was sent, by the scenario's ids. */
    private readonly texts = new Map<string, string>();
    private readonly lastEventIds: (string | null)[] = [];
    private readonly streams: Outgoing[] = [];
    private readonly upstreams: Upstream[] = [];
    private readonly faults: string[] = [];
    private readonly scenario: ClientScenario;
    private readonly servers: Servers;
    private readonly proxy: Proxy;
    /** How much faster the client's clock goes; less where the scenario waits, because then it matters. */
    private readonly speed: number;
    private step = 0;
    private polled = 0;
    private epoch = "e";
    private isDone = false;

    private constructor(scenario: ClientScenario, servers: Servers, proxy: Proxy) {
        this.scenario = scenario;
        this.servers = servers;
        this.proxy = proxy;
        const waits = scenario.connections.some((each) => "send" in each && each.send.some((sent) => isWait(sent)));
        this.speed = waits ? 10 : 20;
        proxy.answer = (asked, response) => {
            this.answer(asked, response).catch((thrown: unknown) => {
                this.faults.push(String(thrown));
                response.destroy();
            });
        };
    }

    static async start(scenario: ClientScenario, servers: Servers): Promise<Play> {
        return new Play(scenario, servers, await Proxy.start(await servers.of("e")));
    }

    async run(): ReturnType<typeof playWithServer> {
        const { speed } = this;
        const began = Date.now();
        const ghost = new SharedGhost({
            baseUrl: this.proxy.url,
            // Not a matter of these scenarios: a real server may take its real time.
            timeout: 10_000 * speed,
            environment: {
                now: () => began + (Date.now() - began) * speed,
                setTimer: (run, delay) => setTimeout(run, delay / speed),
                locks: null,
                openChannel: null,
            },
        });
        const want = ghost.orchestration.want(usual);
        const now = (): ClientScenario["expect"] => {
            const { data, connection, error, gaps } = ghost.orchestration.store.get();
            const counted = this.scenario.expect.gaps === undefined ? {} : { gaps };
            const { lastEventIds } = this;
            const sequence = data?.sequence ?? null;
            return { sequence, connection, error: error?.code ?? null, ...counted, lastEventIds };
        };
        const isAsExpected = (): boolean => JSON.stringify(now()) === JSON.stringify(this.expected());
        await until("the script is over", () => this.isDone || this.faults.length > 0, 40_000);
        await until("all is as expected", isAsExpected, 3000).catch(() => {});
        // And stays so.
        await pause(100);
        const result = { actual: now(), expected: this.expected() };
        want.release();
        if (this.faults.length > 0) throw new Error(this.faults.join("; "));
        return result;
    }

    end(): void {
        for (const stream of this.streams) stream.destroy();
        for (const upstream of this.upstreams) upstream.close();
        this.proxy.close();
    }

    private expected(): ClientScenario["expect"] {
        const { expect } = this.scenario;
        const id = expect.sequence === null ? null : (this.ids.get(`${this.epoch}-${expect.sequence}`) ?? "none");
        return {
            ...expect,
            sequence: id === null ? null : (parsePosition(id)?.sequence ?? null),
            lastEventIds: expect.lastEventIds.map((each) => (each === null ? null : (this.ids.get(each) ?? "none"))),
        };
    }

    private async answer(asked: Incoming, response: Outgoing): Promise<void> {
        if (!asked.url.startsWith(streamPath)) return this.poll(asked, response);
        const connection = this.scenario.connections[this.step];
        this.step += 1;
        const id = asked.headers["last-event-id"];
        this.lastEventIds.push(typeof id === "string" ? id : null);
        // Whoever comes after the script is over is left waiting.
        if (connection === undefined) return;
        const isLast = this.step === this.scenario.connections.length;
        if ("status" in connection) this.refuse(connection, asked, response);
        else await this.send(connection, this.lastEventIds.at(-1) ?? null, response);
        if (isLast && (this.scenario.polls ?? []).length === 0) this.isDone = true;
    }

    private async poll(asked: Incoming, response: Outgoing): Promise<void> {
        const polls = this.scenario.polls ?? [];
        const ghost = await this.servers.of("e");
        if (this.polled > 0 && this.polled < polls.length) await this.servers.commit(ghost);
        const known = polls[this.polled];
        if (known !== undefined) this.ids.set(`e-${known}`, `e-${await sequenceOf(ghost)}`);
        this.polled += 1;
        this.proxy.forward(asked, response);
        if (this.polled >= polls.length) this.isDone = true;
    }

    /** Refusals that the server has are the server's. */
    private refuse(how: { status: number; retryAfter?: number }, asked: Incoming, response: Outgoing): void {
        if (how.status === 403) return this.proxy.forward(asked, response, { host: "somewhere.example" });
        if (how.status === 404) return this.proxy.forward(asked, response, { path: "/api/orchestrator/none" });
        response.writeHead(how.status, how.retryAfter === undefined ? {} : { "Retry-After": `${how.retryAfter}` });
        response.end();
    }

    private async send(connection: ScriptedStream, lastEventId: string | null, response: Outgoing): Promise<void> {
        this.streams.push(response);
        response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8" });
        response.flushHeaders();
        const at = [...this.ids].find(([, id]) => id === lastEventId)?.[0];
        let position = at === undefined ? -1 : (parsePosition(at)?.sequence ?? -1);
        let upstream: Upstream | null = null;
        for (const sent of connection.send) {
            if (typeof sent === "string") {
                response.write(sent);
            } else if (isWait(sent)) {
                await pause(sent.wait / this.speed);
            } else if ("snapshot" in sent) {
                this.epoch = sent.epoch ?? "e";
                const ghost = await this.servers.of(this.epoch);
                // A second snapshot on a connection is what follows a gap: the server begins anew.
                upstream = await this.open(ghost, upstream === null ? lastEventId : null);
                const frame = await upstream.next("snapshot");
                position = sent.snapshot;
                this.remember(position, frame);
                await this.write(frame.text, sent.cut, response);
            } else {
                const [from, to] = sent.change;
                const repeated = this.texts.get(`${this.epoch}-${to}`);
                if (to <= position && repeated !== undefined) {
                    await this.write(repeated, sent.cut, response);
                    continue;
                }
                const ghost = await this.servers.of(this.epoch);
                const isThere = this.ids.has(`${this.epoch}-${to}`);
                // What the client is not to see.
                for (; position < from && upstream !== null; position += 1) {
                    await this.servers.commit(ghost);
                    await upstream.next("change");
                }
                for (let n = Math.max(position, from); n < to && !isThere; n += 1) await this.servers.commit(ghost);
                upstream ??= await this.open(ghost, lastEventId);
                const frame = await upstream.next("change");
                position = to;
                this.remember(to, frame);
                await this.write(frame.text, sent.cut, response);
            }
        }
        if (connection.then === "end") response.end();
        if (connection.then === "break") response.destroy();
    }

    private async open(ghost: LiveGhost, lastEventId: string | null): Promise<Upstream> {
        const upstream = new Upstream(ghost, lastEventId);
        this.upstreams.push(upstream);
        return upstream;
    }

    private remember(sequence: number, frame: Frame): void {
        this.ids.set(`${this.epoch}-${sequence}`, frame.id);
        this.texts.set(`${this.epoch}-${sequence}`, frame.text);
    }

    private async write(text: string, cut: Cut | undefined, response: Outgoing): Promise<void> {
        for (const [index, piece] of cutBytes(text, cut).entries()) {
            response.write(piece);
            // So that pieces arrive as such; of single bytes many come together after all.
            if (index < 50) await pause(1);
        }
    }
}

function isWait(sent: ScriptedStream["send"][number]): sent is { wait: number } {
    return typeof sent === "object" && "wait" in sent;
}

interface Frame {
    id: string;
    text: string;
}

/** A stream of the real server, event by event, as it was sent. */
class Upstream {
    private readonly frames: string[] = [];
    private readonly asked: Outgoing;
    private rest = "";
    private id: string;

    constructor(ghost: LiveGhost, lastEventId: string | null) {
        this.id = lastEventId ?? "";
        const decoder = new TextDecoder();
        const headers = lastEventId === null ? {} : { "Last-Event-ID": lastEventId };
        const where = { host: "127.0.0.1", port: ghost.port, path: streamPath, headers, agent: false as const };
        this.asked = request(where, (answer) => {
            answer.on("data", (chunk) => {
                const frames = (this.rest + decoder.decode(chunk, { stream: true })).split("\n\n");
                this.rest = frames.pop() ?? "";
                this.frames.push(...frames);
            });
            answer.on("error", () => {});
        });
        this.asked.on("error", () => {});
        this.asked.end();
    }

    close(): void {
        this.asked.destroy();
    }

    /** The next event, which must have this name; changes by time alone are passed over. */
    async next(name: string): Promise<Frame> {
        for (;;) {
            await until(`the server sends a ${name}`, () => this.frames.length > 0);
            const text = this.frames.shift() ?? "";
            const [event, id] = ["event", "id"].map((field) => new RegExp(`^${field}: (.*)$`, "m").exec(text)?.[1]);
            if (event === undefined || (event === "change" && id === this.id)) continue;
            if (event !== name || id === undefined) throw new Error(`the server sent a ${event} and no ${name}`);
            this.id = id;
            return { id, text: `${text}\n\n` };
        }
    }
}
