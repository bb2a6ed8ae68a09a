// Plays the scenarios in `server` to the server at GHOST_URL.
import { readScenarios } from "./read.js";
import type { ServerScenario } from "./scenario.js";
import { playToServer } from "./server.js";

const baseUrl = (process.env["GHOST_URL"] ?? "http://127.0.0.1:5002").replace(/\/+$/, "");

async function main(): Promise<void> {
    let failed = 0;
    const scenarios = readScenarios<ServerScenario>("server");
    for (const scenario of scenarios) {
        const playing = playToServer(scenario, baseUrl, (url, init) => fetch(url, init));
        const faults = await playing.catch((thrown: unknown) => {
            const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
            return [`${baseUrl} does not answer: ${String(cause)}`];
        });
        console.log(`${faults.length === 0 ? "ok  " : "FAIL"}  ${scenario.name}`);
        for (const fault of faults) console.log(`        ${fault}`);
        if (faults.length > 0) failed += 1;
    }
    console.log(`${scenarios.length - failed} of ${scenarios.length} scenarios hold at ${baseUrl}`);
    process.exitCode = failed === 0 ? 0 : 1;
}

void main();
