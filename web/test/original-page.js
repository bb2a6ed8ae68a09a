// A page of the old shape, as a plain script: it knows nothing of this package and must not need to.
(function () {
    function get(url) {
        return fetch(url, { headers: { "Content-Type": "application/json" } }).then(function (response) {
            if (!response.ok) throw new Error("HTTP " + response.status);
            return response.json();
        });
    }

    function summary(components, data) {
        return {
            status: components.watchdog.status,
            restarts: components.watchdog.restartCount,
            failed: components.watchdog.failedCount,
            health: data.overallHealth,
            percent: Math.round((100 * data.activeComponents) / data.totalComponents),
        };
    }

    get("/api/orchestrator/status").then(function (body) {
        if (body.status !== "success") throw new Error(body.error);
        shown.nested = summary(body.data.orchestration, body.data);
        shown.flat = summary(body.data, body.data);
        shown.missing = ["sentinel", "watchdog", "executor", "selfcheck", "lifecycle"].filter(function (name) {
            return !body.data[name] || !body.data.orchestration[name] || body.data[name].error === undefined;
        });
        if (!body.data.lastUpdate || !body.data.orchestration.lastUpdate) shown.missing.push("lastUpdate");
    });
    get("/api/daemon-status").then(function (body) {
        var running = body.daemons.filter(function (daemon) {
            return daemon.running;
        });
        shown.daemons = { running: running.length, total: body.totalCount, health: body.overallHealth };
    });
    get("/api/recent-logs").then(function (entries) {
        shown.logs = entries.map(function (entry) {
            return entry.level + ": " + entry.message;
        });
    });
})();
