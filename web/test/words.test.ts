// Words of the API that neither a sample nor the description lists: held against the Swift enumerations themselves.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { wordsOf } from "./type-check.js";

const sources = join(process.cwd(), "..", "Sources", "GhostModel");

/** A type of this package; the file and the enumeration with the same words. */
const table: [type: string, file: string, enumeration: string][] = [
    ["ComponentName", "ComponentLogs/ComponentKind", "ComponentKind"],
    ["ComponentStatus", "Orchestration/OrchestrationComponent", "ComponentStatus"],
    ["ErrorCategory", "Orchestration/OrchestrationComponent", "ErrorCategory"],
    ["OverallHealth", "Orchestration/OrchestrationData", "OverallHealth"],
    [`ObservedDaemon["state"]`, "Orchestration/SentinelState", "State"],
    ["ExecutorPhase", "Orchestration/ExecutorState", "Phase"],
    [`LastHealthCheck["status"]`, "Plan/CheckPlan", "CheckStatus"],
    [`LossEntry["reason"]`, "Orchestration/LossEntry", "Reason"],
    [`Persistence["state"]`, "Orchestration/Persistence", "State"],
    ["StateMeaning", "Orchestration/StateMeaning", "StateMeaning"],
    ["DaemonPhase", "Supervision/DaemonStatus", "DaemonPhase"],
    [`DaemonStatus["want"]`, "Supervision/DaemonStatus", "Want"],
    [`DaemonStatus["readiness"]`, "Supervision/DaemonStatus", "Readiness"],
    ["DriftKind", "Plan/DriftPlan", "DriftKind"],
    [`ProbeSummary["role"]`, "Plan/ProbePlan", "ProbeRole"],
    [`ProbeSummary["verdict"]`, "Supervision/ProbeSummary", "Verdict"],
    [`DaemonStatistics["running"]`, "Supervision/DaemonStatistics", "Running"],
    ["JournalKind", "Control/JournalEvent", "JournalKind"],
    ["OrderOutcome", "Control/ControlTypes", "Outcome"],
    ["SignalName", "Plan/StopSequence", "Signal"],
    ["PlanFate", "Plan/PlanChange", "Fate"],
    ["PlanEffect", "Plan/PlanChange", "Effect"],
    [`PlanReport["against"]`, "Plan/PlanReport", "Basis"],
    ["LineLevel", "Values/LogLevel", "LogLevel"],
    [`NonNullable<LogPage["partial"]>["reason"]`, "Logs/LogPageBodies", "Reason"],
];

/** The words that an enumeration of texts has. */
function swiftWords(text: string, enumeration: string): string[] {
    const start = new RegExp(`^( *)(?:public )?enum ${enumeration}: String\\b.*\\{$`, "m").exec(text);
    if (start === null) return [];
    const rest = text.slice((start.index ?? 0) + (start[0] ?? "").length);
    const body = rest.slice(0, rest.search(new RegExp(`^${start[1] ?? ""}\\}`, "m")));
    const own = new RegExp(`^${start[1] ?? ""}    case (.*)$`, "gm");
    const cases = [...body.matchAll(own)].flatMap((line) => (line[1] ?? "").split(","));
    return cases.map((each) => /"(.*)"/.exec(each)?.[1] ?? each.trim().replaceAll("`", ""));
}

const skip = existsSync(sources) ? false : "the Swift sources are not here";

test("the words of the types are those of the Swift enumerations", { skip }, () => {
    const own = wordsOf(table.map(([type]) => type));
    for (const [index, [type, file, enumeration]] of table.entries()) {
        const words = swiftWords(readFileSync(join(sources, `${file}.swift`), "utf8"), enumeration);
        assert.ok(words.length > 0, `${file}.swift has no words of ${enumeration}`);
        assert.deepEqual([...(own[index] ?? [])].sort(), [...words].sort(), `${type} and ${enumeration}`);
    }
});

test("words are read from an enumeration, and not from what stands in and beside it", () => {
    const text = [
        "public enum Other: String {",
        "    case no",
        "}",
        "public enum Phase: String, Codable {",
        "    /// With a case of its own.",
        "    case up, `default`",
        `    case crashLooping = "crash-looping"`,
        "    enum Inner {",
        "        case inside",
        "    }",
        "}",
        "case outside",
    ].join("\n");
    assert.deepEqual(swiftWords(text, "Phase"), ["up", "default", "crash-looping"]);
    assert.deepEqual(swiftWords(text, "Absent"), []);
});
