import { Page } from "./fake/render.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { GhostProvider, useOrchestrationHealth } from "@ghost/react";
import { createElement } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";

test("a page that a server rendered is taken over without a mismatch, also when data are already there", async () => {
    const page = new Page();
    const Health = () => createElement("p", null, useOrchestrationHealth().health ?? "…");
    const tree = createElement(GhostProvider, { ghost: page.ghost }, createElement(Health));
    const html = renderToString(tree);
    assert.equal(html, "<p>…</p>");
    const other = await page.mount(() => useOrchestrationHealth().health);
    assert.equal(other.last, "healthy");

    const container = document.createElement("div");
    container.innerHTML = html;
    const complaints: unknown[] = [];
    const original = console.error;
    console.error = (...all: unknown[]) => void complaints.push(all[0]);
    try {
        await page.do(() => hydrateRoot(container, tree, { onRecoverableError: (error) => complaints.push(error) }));
    } finally {
        console.error = original;
    }
    assert.deepEqual(complaints, []);
    assert.equal(container.innerHTML, "<p>healthy</p>");
    await page.close();
});
