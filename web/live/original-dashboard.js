// A dashboard of the old shape, as a plain script that a page loads: relative URLs, requests again and again, and each
// of its parts reads the shape that its author had in mind. It knows nothing of this package and must not need to.
(function () {
    var names = ["sentinel", "watchdog", "executor", "selfcheck", "lifecycle"];

    function get(url) {
        return fetch(url, { headers: { "Content-Type": "application/json" } }).then(function (response) {
            if (!response.ok) throw new Error("HTTP " + response.status + ": " + response.statusText);
            return response.json();
        });
    }

    function wrapped(url) {
        return get(url).then(function (body) {
            if (body.status !== "success") throw new Error(body.error || "Unknown orchestration error");
            return body.data;
        });
    }

    function show(id, value) {
        var element = document.getElementById(id);
        if (!element) {
            element = document.createElement("output");
            element.id = id;
            document.body.appendChild(element);
        }
        element.textContent = JSON.stringify(value);
    }

    // What the hooks read: components flat in the data, and the numbers beside them.
    function hooks(data) {
        names.forEach(function (name) {
            show("flat-" + name, data[name].status);
        });
        show("sentinel", { monitoring: data.sentinel.monitoring, errors: data.sentinel.recentErrors });
        show("watchdog", {
            restarts: data.watchdog.restartCount,
            failed: data.watchdog.failedCount,
            last: data.watchdog.lastRestart,
        });
        show("executor", { active: data.executor.activeTasks, done: data.executor.completedTasks });
        show("selfcheck", { checks: data.selfcheck.healthChecks, last: data.selfcheck.lastHealthCheck });
        show("lifecycle", { managed: data.lifecycle.managedDaemons, order: data.lifecycle.startupOrder.join(" ") });
        show("stats", {
            active: data.activeComponents,
            error: data.errorComponents,
            total: data.totalComponents,
            percent: Math.round((data.activeComponents / data.totalComponents) * 100),
        });
        show("health", data.overallHealth);
        show("updated", !isNaN(Date.parse(data.lastUpdate)));
    }

    // What the server of that time sent: components below one key.
    function nested(data) {
        names.forEach(function (name) {
            show("nested-" + name, data.orchestration[name].status);
            show("error-" + name, data.orchestration[name].error);
        });
        show("nested-updated", !isNaN(Date.parse(data.orchestration.lastUpdate)) && !isNaN(Date.parse(data.timestamp)));
    }

    function panel(data) {
        var running = data.daemons.filter(function (daemon) {
            return daemon.running === true;
        });
        return {
            running: running.length,
            counted: data.runningCount,
            total: data.totalCount,
            health: data.overallHealth,
            names: running.map(function (daemon) {
                var isAsEver = typeof daemon.pid === "string" || daemon.pid === null;
                return daemon.name + (isAsEver ? "" : " has a strange pid");
            }),
        };
    }

    var seen = {};

    function look() {
        return Promise.all([
            wrapped("/api/orchestrator/status").then(function (data) {
                hooks(data);
                nested(data);
            }),
            Promise.all(
                names.map(function (name) {
                    return wrapped("/api/orchestrator/component/" + name).then(function (component) {
                        show("component-" + name, component.status);
                    });
                }),
            ),
            wrapped("/api/orchestrator/health").then(function (data) {
                show("percentage", data.healthPercentage);
            }),
            get("/api/daemon-status").then(function (data) {
                show("panel", panel(data));
            }),
            wrapped("/api/status/daemons").then(function (data) {
                show("panel-wrapped", panel(data));
            }),
            wrapped("/api/status/daemon/ghostWatchdogLoop").then(function (daemon) {
                show("one", daemon.running);
            }),
            wrapped("/api/status").then(function (data) {
                show("combined", panel(data.daemons));
                show("combined-lines", Object.keys(data.logs.logs).sort());
            }),
            wrapped("/api/logs?type=errors&lines=5").then(function (data) {
                show(
                    "errors",
                    data.logs.errors.map(function (entry) {
                        return entry.type + (entry.error ? ": " : " without a mark: ") + entry.message;
                    }),
                );
            }),
            get("/api/recent-logs").then(function (entries) {
                // New ones are told by their times, as was done then.
                show(
                    "lines",
                    entries.filter(function (entry) {
                        return entry.message && !isNaN(Date.parse(entry.timestamp)) && entry.level;
                    }).length === entries.length,
                );
                seen.lines = entries.length;
            }),
        ]).then(
            function () {
                show("looked", (seen.times = (seen.times || 0) + 1));
            },
            function (error) {
                show("failed", error.message);
            },
        );
    }

    look();
    setInterval(look, 1000);
})();
