// No page is set up here: this is what a server is like.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GhostProvider, SharedGhost, useDaemonHealth, useLogStream, useOrchestrationHealth } from "@ghost/react";
import { createElement, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { FakeTab } from "./fake/browser.js";
import { FakeClock } from "./fake/clock.js";
import { FakeServer } from "./fake/server.js";

function Panel(props: { initial?: boolean }) {
    const options = props.initial ? { initialData: new FakeServer(() => 0).data } : {};
    const { health, loading, connection } = useOrchestrationHealth(options);
    const daemons = useDaemonHealth();
    const { logs } = useLogStream();
    return createElement("p", null, `${health} ${loading} ${connection} ${daemons.loading} ${logs.length}`);
}

test("importing and rendering on a server touches no window, sends nothing and leaves no timer", () => {
    assert.equal(typeof window, "undefined");
    const clock = new FakeClock();
    const server = new FakeServer(clock.now);
    const ghost = new SharedGhost({ environment: new FakeTab(server, clock).environment });
    const html = renderToString(
        createElement(StrictMode, null, createElement(GhostProvider, { ghost }, createElement(Panel))),
    );
    assert.equal(html, "<p>null true idle true 0</p>");
    assert.equal(server.requests.length, 0);
    assert.equal(clock.timerCount, 0);
});

test("without a provider too, and with initial data there is something to show", () => {
    assert.equal(renderToString(createElement(Panel, { initial: true })), "<p>healthy false idle true 0</p>");
});
