// What the Swift encoder writes must be what the types here say. The files are kept in Tests/Golden of the repository.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { componentNames, parseChange, parseComponent, parseOrchestration } from "@ghost/client";

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

test("the check of golden files finds a field that is absent", () => {
    const watchdog = parseComponent("watchdog", { restartCount: 1 });
    assert.deepEqual(check(watchdog), []);
    const { failedCount1h, ...without } = watchdog;
    assert.equal(failedCount1h, 0);
    assert.deepEqual(check(without), [".failedCount1h"]);
    assert.deepEqual(check({ ...watchdog, perDaemon: [] }), [".perDaemon"]);
});
