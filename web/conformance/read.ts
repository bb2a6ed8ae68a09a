import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The scenarios of a folder, in the order of their files. The folder `web` is the working directory. */
export function readScenarios<Scenario>(folder: "server" | "client"): Scenario[] {
    const path = join(process.cwd(), "conformance", folder);
    const files = readdirSync(path).filter((name) => name.endsWith(".json")).sort();
    return files.map((name) => JSON.parse(readFileSync(join(path, name), "utf8")) as Scenario);
}
