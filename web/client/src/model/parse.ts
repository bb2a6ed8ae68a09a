import { GhostError } from "../errors.js";
import type { ComponentName, ComponentStates, ComponentStatus, Timestamp } from "./component.js";
import { componentNames } from "./component.js";
import type { OrchestrationData, StateChange, StreamGap } from "./orchestration.js";

type Fields = Record<string, unknown>;

const never: Timestamp = "1970-01-01T00:00:00.000Z";

const recent = (...totals: string[]): Fields =>
    Object.fromEntries(totals.flatMap((total) => ["1m", "1h", "24h"].map((window) => [total + window, 0])));

const shared: Fields = {
    status: "unknown",
    lastCheck: never,
    error: null,
    lastEvent: null,
    records: 0,
    damagedLines: 0,
    lossBytes: 0,
    namesOverflow: 0,
    errorsOverflow: 0,
    sources: [],
    errors: [],
    ...recent("errorCount"),
};

const none = { up: 0, down: 0, error: 0 };

/** What an absent field of each component means: a server without the additions is still readable. */
const defaults: Record<ComponentName, Fields> = {
    sentinel: {
        ...shared,
        monitoring: false,
        recentErrors: [],
        observations: none,
        observations1m: none,
        observations1h: none,
        observations24h: none,
        upNow: [],
        downNow: [],
        daemons: {},
    },
    watchdog: {
        ...shared,
        restartCount: 0,
        failedCount: 0,
        lastRestart: null,
        refusedCount: 0,
        perDaemon: {},
        successRate: null,
        meanTimeToRecovery: null,
        ...recent("restartCount", "failedCount"),
    },
    executor: {
        ...shared,
        activeTasks: 0,
        completedTasks: 0,
        failedTasks: 0,
        startedTasks: 0,
        phase: null,
        phases: {},
        durationP50: null,
        durationP95: null,
        tasksPerMinute: 0,
        ...recent("completedTasks", "failedTasks", "startedTasks"),
    },
    selfcheck: {
        ...shared,
        healthChecks: 0,
        lastHealthCheck: null,
        healthyChecks: 0,
        warningChecks: 0,
        criticalChecks: 0,
        last: null,
        ...recent("healthChecks", "healthyChecks", "warningChecks", "criticalChecks"),
    },
    lifecycle: {
        ...shared,
        managedDaemons: 0,
        startupOrder: [],
        managedNow: [],
        managedEver: [],
        startedCount: 0,
        failedStarts: 0,
        ...recent("startedCount", "failedStarts"),
    },
};

const topLevel: Fields = {
    overallHealth: "critical",
    activeComponents: 0,
    errorComponents: 0,
    totalComponents: 5,
    healthPercentage: 0,
    daemons: { total: 0, up: 0, down: 0, names: [] },
    rules: {},
    rulesRefused: null,
    reasons: [],
    countedSince: null,
    epoch: null,
    sequence: 0,
    persistence: { state: "memory", message: null, countedAnew: [] },
    losses: [],
    lossesTotal: 0,
};

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value can stand where `standard` stands. A null says nothing about what may take its place. */
function fits(value: unknown, standard: unknown): boolean {
    if (standard === null) return value !== undefined;
    if (Array.isArray(standard)) return Array.isArray(value);
    if (typeof standard === "object") return isObject(value);
    return typeof value === typeof standard;
}

function completed(raw: Fields, standards: Fields): Fields {
    const result: Fields = { ...raw };
    for (const key in standards) {
        if (!fits(raw[key], standards[key])) result[key] = standards[key];
    }
    return result;
}

/** Values of later versions, and the original's `inactive`, are read as `unknown`. */
function status(value: unknown): ComponentStatus {
    return value === "active" || value === "idle" || value === "error" ? value : "unknown";
}

/** Reads one component object; fields that are absent or of another type get their defaults. */
export function parseComponent<Name extends ComponentName>(name: Name, raw: unknown): ComponentStates[Name] {
    const fields = isObject(raw) ? raw : {};
    const component = { ...completed(fields, defaults[name]), status: status(fields["status"]) };
    return component as unknown as ComponentStates[Name];
}

/** Reads the `data` of `/api/orchestrator/status` in either shape; where both are present the nested one counts. */
export function parseOrchestration(raw: unknown): OrchestrationData {
    if (!isObject(raw)) throw protocolError("the status has no data");
    const nested = isObject(raw["orchestration"]) ? raw["orchestration"] : raw;
    if (!componentNames.some((name) => isObject(nested[name]))) throw protocolError("the status names no component");

    const components: Fields = {};
    for (const name of componentNames) components[name] = parseComponent(name, nested[name]);
    const lastUpdate = [raw["lastUpdate"], nested["lastUpdate"], raw["timestamp"]].find(isText) ?? never;
    const data = completed(raw, topLevel);
    if (!isText(raw["timestamp"])) data["timestamp"] = lastUpdate;
    if (typeof raw["healthPercentage"] !== "number") data["healthPercentage"] = percentage(data);
    return {
        ...data,
        ...components,
        lastUpdate,
        orchestration: { ...components, lastUpdate },
    } as unknown as OrchestrationData;
}

function isText(value: unknown): value is string {
    return typeof value === "string";
}

function percentage(data: Fields): number {
    const total = Number(data["totalComponents"]);
    return total > 0 ? Math.round((1000 * Number(data["activeComponents"])) / total) / 10 : 0;
}

/** Reads the data of a `change`. */
export function parseChange(raw: unknown): StateChange {
    if (!isObject(raw) || !isSequence(raw["seq"]) || !isSequence(raw["from"])) {
        throw protocolError("a change has no sequence");
    }
    const components: Fields = {};
    const changed = isObject(raw["components"]) ? raw["components"] : {};
    for (const name of componentNames) {
        if (isObject(changed[name])) components[name] = parseComponent(name, changed[name]);
    }
    const data: Fields = {};
    for (const [key, value] of Object.entries(isObject(raw["data"]) ? raw["data"] : {})) {
        // Components travel in their own field, and a value of the wrong type would be worse than the old one.
        if (key === "orchestration" || key in defaults) continue;
        if (!(key in topLevel) || fits(value, topLevel[key])) data[key] = value;
    }
    return {
        seq: raw["seq"],
        from: raw["from"],
        components,
        data,
        events: Array.isArray(raw["events"]) ? raw["events"].filter(isObject) : [],
    } as unknown as StateChange;
}

/** Reads the data of a `gap`. */
export function parseGap(raw: unknown): StreamGap {
    if (!isObject(raw) || !isSequence(raw["from"]) || !isSequence(raw["to"])) {
        throw protocolError("a gap has no bounds");
    }
    return { from: raw["from"], to: raw["to"] };
}

function isSequence(value: unknown): value is number {
    return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

function protocolError(what: string): GhostError {
    return new GhostError("protocol", `The server's answer cannot be read: ${what}.`);
}
