// What the Swift encoder writes must be what the types here say. The files are kept in Tests/Golden of the repository.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { componentNames, GhostClient, parseChange, parseComponent, parseOrchestration } from "@ghost/client";
import type { Body } from "./bodies.js";
import { sampledBodies } from "./bodies.js";
import { json } from "./fake/server.js";
import { schemaFaults, typeFaults } from "./type-check.js";

const folder = join(process.cwd(), "..", "Tests", "Golden");
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];

type Fields = Record<string, unknown>;

function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The paths at which reading changed what was written: a field that is absent, or has another type. */
function differences(written: unknown, read: unknown, path = ""): string[] {
    if (isFields(written) && isFields(read)) {
        const keys = new Set([...Object.keys(written), ...Object.keys(read)]);
        return [...keys].flatMap((key) => differences(written[key], read[key], `${path}.${key}`));
    }
    return JSON.stringify(written) === JSON.stringify(read) ? [] : [path];
}

/** Reads a body, whichever it is, and says what was not as the types say; null for a body that has no reader here. */
function check(body: unknown): string[] | null {
    if (!isFields(body)) return null;
    if (isFields(body["components"]) && "seq" in body) {
        const { components } = parseChange(body);
        return differences(body["components"], components);
    }
    const data = "data" in body && isFields(body["data"]) ? body["data"] : body;
    if (isFields(data["orchestration"]) || componentNames.every((name) => isFields(data[name]))) {
        return differences(data, parseOrchestration(data));
    }
    const name = componentNames.find((each) => signs[each] in data);
    return name === undefined ? null : differences(data, parseComponent(name, data));
}

/** A field by which each component is known. */
const signs = {
    sentinel: "monitoring",
    watchdog: "restartCount",
    executor: "activeTasks",
    selfcheck: "healthChecks",
    lifecycle: "managedDaemons",
} as const;

test("golden files", { skip: files.length === 0 ? "there are none yet" : false }, () => {
    for (const file of files) {
        const body = JSON.parse(readFileSync(join(folder, file), "utf8")) as unknown;
        assert.deepEqual(check(body) ?? [], [], `${file} is read with differences at these fields`);
    }
});

const skip = files.length === 0 ? "there are no golden files" : false;

function golden(name: string): Body {
    return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as Body;
}

test("each golden file has exactly the fields of its type, and the same ones are known on both sides", { skip }, () => {
    assert.deepEqual(sampledBodies.map(({ name }) => `${name}.json`).sort(), [...files].sort());
    assert.deepEqual(typeFaults(sampledBodies.map((body) => ({ ...body, value: golden(body.name) }))), {});
});

test("each golden file is read by the client's method, and nothing of it is lost", { skip }, async () => {
    for (const { name, path, read } of sampledBodies) {
        if (read === null) continue;
        const asked: string[] = [];
        const environment = {
            fetch: async (url: string) => {
                asked.push(url);
                return json(golden(name));
            },
        };
        const [value, expected] = await read(new GhostClient({ environment }), golden(name));
        assert.deepEqual(value, expected, name);
        assert.deepEqual(asked, [path], name);
    }
});

test("each field of the status that is absent has a default, of the type that it has", { skip }, () => {
    const given = new Set(["timestamp", "orchestration", "lastUpdate", ...componentNames]);
    const whole = golden("status").data as Fields;
    for (const key of Object.keys(whole)) {
        const { [key]: taken, ...rest } = whole;
        const read = parseOrchestration(rest) as unknown as Fields;
        assert.ok(key in read, `${key} is absent where a server does not send it`);
        if (!given.has(key) && taken !== null) assert.equal(typeof read[key], typeof taken, key);
    }
    for (const name of componentNames) {
        const component = golden(name).data as Fields;
        assert.deepEqual(Object.keys(parseComponent(name, {})).sort(), Object.keys(component).sort(), name);
    }
});

test("the check of types finds a field that is absent, one too many, and one of another type", () => {
    const value = { name: "api", fate: "leave", changes: [], needs: [] };
    const claims = [
        { name: "right", type: "PlannedDaemon", value },
        { name: "absent", type: "PlannedDaemon", value: { ...value, needs: undefined } },
        { name: "too many", type: "PlanReport", value: planOf({ ...value, more: 1 }) },
        { name: "another type", type: "SuccessBody<PlannedDaemon>", value: success({ ...value, name: 1 }) },
        { name: "another word", type: "PlannedDaemon[]", value: [{ ...value, fate: "stay" }] },
    ];
    const faults = typeFaults(claims);
    assert.deepEqual(Object.keys(faults), ["absent", "too many", "another type", "another word"]);
    assert.match(faults["too many"]?.[0] ?? "", /more"' does not exist/);
});

function planOf(daemon: object): object {
    return { against: "running", daemons: [daemon], otherSections: [], notes: [] };
}

function success(data: object): object {
    return { status: "success", data, timestamp: "" };
}

test("the comparison with a description finds what only one side knows", () => {
    const text = { type: "string" };
    const change = {
        type: "object",
        properties: { key: text, effect: { enum: ["restart", "live", "next-start"], type: "string" }, detail: text },
        required: ["key", "effect", "detail"],
    };
    const compare = (schema: object): string[] => schemaFaults({ Change: schema }, { Change: "PlannedChange" });
    assert.deepEqual(compare(change), []);
    const with_ = (properties: object): object => ({ ...change, properties: { ...change.properties, ...properties } });
    const cases: [object, RegExp][] = [
        [with_({ more: text }), /more: the type does not know it/],
        [{ ...change, properties: { key: text } }, /effect: the description does not know it/],
        [{ ...change, required: ["key", "effect"] }, /detail: only the description lets it be absent/],
        [with_({ key: { type: "integer" } }), /key: the description says integer, the type string/],
        [with_({ key: { type: ["string", "null"] } }), /key: the description alone lets it be null/],
        [with_({ effect: { enum: ["restart", "live", "later"] } }), /effect: the type lacks "later"/],
        [with_({ effect: { enum: ["restart", "live"] } }), /effect: the description lacks next-start/],
        [with_({ detail: { enum: ["a"] } }), /detail: the type lacks "a"/],
    ];
    for (const [schema, expected] of cases) assert.match(compare(schema).join("; "), expected);
});

test("the check of golden files finds a field that is absent", () => {
    const watchdog = parseComponent("watchdog", { restartCount: 1 });
    assert.deepEqual(check(watchdog), []);
    const { failedCount1h, ...without } = watchdog;
    assert.equal(failedCount1h, 0);
    assert.deepEqual(check(without), [".failedCount1h"]);
    assert.deepEqual(check({ ...watchdog, perDaemon: [] }), [".perDaemon"]);
});
