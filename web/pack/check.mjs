// Looks at packages as they would be published; called by `check`.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [what, work, readme] = process.argv.slice(2);

function filesIn(folder, below = "") {
    return readdirSync(join(folder, below)).flatMap((name) => {
        const path = join(below, name);
        return statSync(join(folder, path)).isDirectory() ? filesIn(folder, path) : [path];
    });
}

/** A package has its modules, each with its types, and nothing else but what belongs to any package. */
function checkContents(name) {
    const folder = join(work, "node_modules", "@ghost", name);
    const files = filesIn(folder);
    const modules = files.filter((file) => file.endsWith(".js"));
    const declared = files.filter((file) => file.endsWith(".d.ts"));
    const others = files.filter((file) => !modules.includes(file) && !declared.includes(file));
    assert.deepEqual(others.sort(), ["LICENSE", "README.md", "package.json"], `@ghost/${name} has other files`);
    assert.deepEqual(
        modules.map((file) => file.replace(/\.js$/, "")).sort(),
        declared.map((file) => file.replace(/\.d\.ts$/, "")).sort(),
        `@ghost/${name}: a module without types, or types without a module`,
    );
    const own = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    assert.equal(own.type, "module");
    assert.equal(own.sideEffects, false);
    assert.equal(own.license, "Apache-2.0");
    assert.ok(!own.private && !own.scripts && !own.devDependencies);
    assert.equal(Object.keys(own.exports["."])[0], "types", "TypeScript takes the first condition that fits");
    const named = [own.main, own.types, ...Object.values(own.exports["."]), own.exports["./package.json"]];
    for (const file of named) assert.ok(existsSync(join(folder, file)), `@ghost/${name} has no ${file}`);
    const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    console.log(`@ghost/${name} ${own.version}: ${files.length} files, ${Math.round(bytes / 1024)} KiB`);
    return own;
}

if (what === "contents") {
    const client = checkContents("client");
    const react = checkContents("react");
    assert.equal(client.dependencies, undefined);
    assert.equal(client.peerDependencies, undefined);
    assert.deepEqual(react.dependencies, { "@ghost/client": client.version });
    assert.deepEqual(react.peerDependencies, { react: "^18 || ^19" });
    assert.equal(react.version, client.version);
} else {
    const blocks = [...readFileSync(readme, "utf8").matchAll(/^```(tsx?)\n(.*?)^```/gms)];
    assert.ok(blocks.length > 0, `${readme} has no examples`);
    for (const [index, [, type, text]] of blocks.entries()) writeFileSync(join(work, `example${index}.${type}`), text);
    writeFileSync(join(work, "package.json"), JSON.stringify({ type: "module", private: true }));
}
