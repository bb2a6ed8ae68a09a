// Leaves one hook mounted for a long time: GHOST=program scripts/web steady [--minutes 10] [--down SECONDS]
import { skip } from "./ghost.js";
import { beSteady, faultsOf } from "./steady.js";

function option(name: string, usual: number): number {
    const place = process.argv.indexOf(name);
    const value = place < 0 ? usual : Number(process.argv[place + 1]);
    if (!(value > 0)) throw new Error(`${name} is a number above 0`);
    return value;
}

async function main(): Promise<void> {
    if (skip !== false) throw new Error(`GHOST must name a program: ${skip}`);
    const minutes = option("--minutes", 10);
    const report = await beSteady(minutes * 60_000, option("--down", 90) * 1000, (text) => console.log(text));
    console.log(JSON.stringify(report, null, 4));
    const faults = faultsOf(report);
    for (const fault of faults) console.log(`FAIL  ${fault}`);
    console.log(faults.length === 0 ? "all as it must be" : `${faults.length} faults`);
    process.exitCode = faults.length === 0 ? 0 : 1;
}

void main().catch((thrown: unknown) => {
    console.error(thrown);
    process.exitCode = 1;
});
