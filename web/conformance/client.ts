import { SharedGhost } from "@ghost/client";
import { FakeTab } from "../test/fake/browser.js";
import { FakeClock } from "../test/fake/clock.js";
import { answers, FakeServer, FakeStream, frame, json } from "../test/fake/server.js";
import type { SeenRequest } from "../test/fake/server.js";
import { sampleData } from "../test/fake/state.js";
import { usual } from "../test/fake/station.js";
import type { ClientScenario, Cut, ScriptedStream, Sent } from "./scenario.js";

/** Lets this package's client meet a scripted server; gives what became of it, in the form of the expectation. */
export async function playToClient(scenario: ClientScenario): Promise<ClientScenario["expect"]> {
    const clock = new FakeClock();
    const server = new FakeServer(clock.now);
    const script = [...scenario.connections];
    const polls = [...(scenario.polls ?? [])];
    const lastEventIds: (string | null)[] = [];

    server.always((request) => {
        if (request.path !== "/api/orchestrator/stream") {
            const sequence = polls.length > 1 ? polls.shift() : polls[0];
            return json({ status: "success", data: sampleData("e", sequence ?? 0) });
        }
        lastEventIds.push(request.headers["Last-Event-ID"] ?? null);
        const connection = script.shift();
        if (connection === undefined) return answers.never(request);
        if ("status" in connection) {
            const { status, retryAfter } = connection;
            return answers.status(status, retryAfter === undefined ? {} : { "Retry-After": `${retryAfter}` })(request);
        }
        return answer(connection, request, clock);
    });

    const ghost = new SharedGhost({ environment: new FakeTab(server, clock).environment });
    ghost.orchestration.want(usual);
    // Until the script is over, and short enough for the last stream not to be silent for too long.
    for (let step = 0; step < 400 && script.length > 0; step += 1) await clock.advance(500);
    await clock.advance(polls.length > 0 ? 12_000 : 500);
    const { data, connection, error, gaps } = ghost.orchestration.store.get();
    const counted = scenario.expect.gaps === undefined ? {} : { gaps };
    return { sequence: data?.sequence ?? null, connection, error: error?.code ?? null, ...counted, lastEventIds };
}

function answer(connection: ScriptedStream, request: SeenRequest, clock: FakeClock): Response {
    const stream = new FakeStream(request);
    const send = (rest: Sent[]): void => {
        const [next, ...others] = rest;
        if (next === undefined) {
            if (connection.then === "end") clock.setTimer(() => stream.end(), 1);
            if (connection.then === "break") clock.setTimer(() => stream.fail(), 1);
        } else if (typeof next === "object" && "wait" in next) {
            clock.setTimer(() => send(others), next.wait);
        } else {
            for (const piece of pieces(next)) stream.send(piece);
            send(others);
        }
    };
    send(connection.send);
    return new Response(stream.body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } });
}

function pieces(sent: Exclude<Sent, { wait: number }>): Uint8Array[] {
    if (typeof sent === "string") return [new TextEncoder().encode(sent)];
    const epoch = sent.epoch ?? "e";
    if ("snapshot" in sent) {
        const body = { status: "success", data: sampleData(epoch, sent.snapshot) };
        return cutBytes(frame("snapshot", `${epoch}-${sent.snapshot}`, body), sent.cut);
    }
    const [from, to] = sent.change;
    const events = [{ sequence: to, at: "", component: "executor", cause: "🟢 ready", position: null }];
    const components = { executor: { status: "active", completedTasks: to } };
    const change = { seq: to, from, components, data: { sequence: to }, events };
    return cutBytes(frame("change", `${epoch}-${to}`, change), sent.cut);
}

/** The pieces in which a text is sent. */
export function cutBytes(text: string, cut: Cut | undefined): Uint8Array[] {
    const bytes = new TextEncoder().encode(text);
    const inside = bytes.indexOf(0xf0) + 2;
    switch (cut) {
        case undefined:
            return [bytes];
        case "character":
            return [bytes.subarray(0, inside), bytes.subarray(inside)];
        case "each byte":
            return [...bytes].map((byte) => Uint8Array.of(byte));
        case "off":
            return [bytes.subarray(0, inside)];
    }
}
