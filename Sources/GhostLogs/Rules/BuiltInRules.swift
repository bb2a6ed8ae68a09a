/// The five components of Ghost in the rule language.
///
/// The monitor folds their logs by hand-written code, which is faster; these rules are for explaining their lines, for
/// trying out other logs of their kind, and as an example of nearly everything the language can say. A test folds
/// generated logs both ways and wants the same totals.
public enum BuiltInRules {
    /// A file of rules.
    public static let text = #"""
        components:

          sentinel:
            files: [sentinel-status.log]
            records: stamped
            every: 15s
            start: idle
            states: { watching: healthy }
            rules:
              - name: heartbeat with the declared set
                when: "^heartbeat "
                fields: { every: "{every:duration}", watching: "{names:list}" }
                every: "{every}"
                count: heartbeats
                each: { except: "{names}", forget: true }
              - name: heartbeat
                when: ["^heartbeat$", "^heartbeat every={every:duration}", "^heartbeat "]
                every: "{every}"
                count: heartbeats
              - name: stopped, no fault
                when: "^{name:name} NOT running"
                fields: { want: down }
                state: watching
                count: down
                each: { name: "{name}", state: stopped, set: { pid: } }
              - name: down
                when: "^{name:name} NOT running"
                state: watching
                count: down
                list: { recentErrors: { keep: 3 } }
                error: "{name} NOT running"
                each: { name: "{name}", state: down, set: { pid: } }
              - name: could not be looked at
                when: ["^{name:name} ERROR: {text}", "^{name:name} ERROR:"]
                state: watching
                count: error
                list: { recentErrors: { keep: 3 } }
                error: "{name}: {text}"
                each: { name: "{name}", state: down, set: { pid: } }
              - name: up
                when: ["^{name:name} is running (PID: {pid:int}", "^{name:name} is running (PID"]
                state: watching
                count: up
                each: { name: "{name}", state: up, set: { pid: "{pid}" } }
            samples:
              - line: "[2026-11-22T16:04:01.123Z] 🟢 api is running (PID: 4242) ready=true run=api#3"
                gives: { rule: up, state: watching, time: "2026-11-22T16:04:01.123Z", counts: { up: 1 },
                         entities: { api: { state: up, set: { pid: 4242 } } } }
              - line: "[2026-11-22T16:04:01.123Z] ❌ api ERROR: see x NOT running"
                gives: { rule: could not be looked at, level: error, entities: { api: down } }
              - lines: ["[2026-11-22T16:04:01.123Z] 🔴 old NOT running",
                        "[2026-11-22T16:04:02.123Z] heartbeat every=60s watching=\"api,db\""]
                gives: { rule: heartbeat with the declared set, entities: { old: none }, counts: { heartbeats: 1 } }

          watchdog:
            files: [watchdog-restarts.log]
            records: stamped
            start: idle
            rules:
              - name: heartbeat
                when: ["^heartbeat$", "^heartbeat every={every:duration}", "^heartbeat "]
                every: "{every}"
                count: heartbeats
              - name: restarted
                when: "^{name:name} restart attempt {n:int}"
                indicator: ✅
                state: active
                count: restartCount
                last: lastRestart
                each: { name: "{name}", state: running, count: restartCount, last: lastAttempt }
              - name: refused
                when: "^{name:name} restart attempt {n:int} - Max restart attempts exceeded"
                state: active
                count: [failedCount, refusedCount]
                error: "{name} restart refused"
                each: { name: "{name}", count: failedCount, last: lastAttempt }
              - name: failed in a crash loop
                when: "^{name:name} restart attempt {n:int} - {reason}"
                fields: { crash_loop: "true" }
                state: active
                count: failedCount
                error: "{name} restart failed: {reason}"
                each: { name: "{name}", state: failed, count: failedCount, last: lastAttempt }
              - name: failed
                when: "^{name:name} restart attempt {n:int} - {reason}"
                state: active
                count: failedCount
                error: "{name} restart failed: {reason}"
                each: { name: "{name}", count: failedCount, last: lastAttempt }
              - name: failed without a reason
                when: "^{name:name} restart attempt {n:int}"
                indicator: [❌, 🔴]
                state: active
                count: failedCount
                each: { name: "{name}", count: failedCount, last: lastAttempt }
              - name: restarted, sign destroyed
                when: "^{name:name} restart attempt {n:int}"
                state: active
                count: restartCount
                last: lastRestart
                each: { name: "{name}", state: running, count: restartCount, last: lastAttempt }
            samples:
              - line: "[2026-11-22T16:04:01.123Z] ❌ api restart attempt 1 - see ✅ relayCore restart attempt 1"
                gives: { rule: failed, counts: { failedCount: 1, restartCount: 0 },
                         entities: { api: { counts: { failedCount: 1 } } } }
              - line: "[2026-11-22T16:04:01.123Z] ✅ api restart attempt 1 exit=signal:9 downtime=12ms run=api#4"
                gives: { rule: restarted, last: { lastRestart: "2026-11-22T16:04:01.123Z" } }

          executor:
            files: [executor-status.log, executor-coordination.log]
            records: stamped
            every: 10s
            start: idle
            states: { processing: healthy, coordinating: idle, troubled: warning, gave-up: failed }
            rules:
              - name: heartbeat
                when: ["^heartbeat$", "^heartbeat every={every:duration}", "^heartbeat "]
                every: "{every}"
                count: heartbeats
              - name: idle
                when: ["^IDLE | Patch: ", "^idle$", "^idle ", "^idle:"]
                state: idle
                count: idle
                each: { name: "*", forget: true }
              - name: processed
                when: "^PROCESSING | Patch: "
                indicator: none
                state: processing
                count: [startedTasks, completedTasks, processing]
              - name: completed
                when: ["^task {id:word} completed$", "^task {id:word} completed ", "^task {id:word} completed:"]
                state: processing
                count: [completedTasks, processing]
                each: { name: "{id}", forget: true }
              - name: executing
                when: "^executing task {id:word}"
                state: processing
                count: startedTasks
                each: { name: "{id}", state: running }
              - name: gave up
                when: ["^COORDINATING | Patch: {_}| Error: Too many consecutive errors",
                       "^coordinating (Too many consecutive errors"]
                state: gave-up
                count: coordinating
                error: "Too many consecutive errors"
              - name: coordinating
                when: ["^COORDINATING | Patch: ", "^coordinating$", "^coordinating ", "^coordinating:"]
                state: coordinating
                count: coordinating
              - name: failed, no task named
                when: ["^ERROR | Patch: none |{_}| Error: {reason}", "^ERROR | Patch: none |"]
                indicator: none
                state: troubled
                count: error
                error: "{reason}"
              - name: processing failed
                when: ["^ERROR | Patch: {_}| Error: {reason}", "^ERROR | Patch: "]
                indicator: none
                state: troubled
                count: [startedTasks, failedTasks, error]
                error: "task failed: {reason}"
              - name: failed
                when: ["^task {id:word} failed: {reason}", "^task {id:word} failed$", "^task {id:word} failed ",
                       "^task {id:word} failed:"]
                state: troubled
                count: [failedTasks, error]
                error: "task failed: {reason}"
                each: { name: "{id}", forget: true }
            samples:
              - lines: ["[2026-11-22T16:04:01.123Z] executing task 17", "[2026-11-22T16:04:02.123Z] executing task 18",
                        "[2026-11-22T16:04:03.123Z] ✅ task 17 completed"]
                gives: { state: processing, counts: { startedTasks: 2, completedTasks: 1 },
                         entities: { "17": none, "18": running } }
              - line: "[2026-11-22T16:04:01.123Z] coordinating (Too many consecutive errors)"
                gives: { state: gave-up, status: error, error: Too many consecutive errors }

          selfcheck:
            files: [selfcheck-status.log, selfcheck-health.log]
            records: stamped
            every: 60s
            start: idle
            states: { well: healthy, unwell: warning, ill: warning }
            rules:
              - name: heartbeat
                when: ["^heartbeat$", "^heartbeat every={every:duration}", "^heartbeat "]
                every: "{every}"
                count: heartbeats
              - name: healthy
                when: ["^SYSTEM HEALTHY | Total: {_:int} | Healthy: {healthy:int} | Warning: {warning:int} | Critical: {critical:int}",
                       "^SYSTEM HEALTHY$", "^SYSTEM HEALTHY ",
                       "^health check: healthy ({healthy:int}/", "^health check: healthy$", "^health check: healthy "]
                state: well
                count: [healthChecks, healthyChecks]
                last: lastHealthCheck
                set: { status: healthy, healthy: "{healthy}", warning: "{warning}", critical: "{critical}" }
              - name: warning
                when: ["^SYSTEM WARNING | Total: {_:int} | Healthy: {healthy:int} | Warning: {warning:int} | Critical: {critical:int}",
                       "^SYSTEM WARNING$", "^SYSTEM WARNING ",
                       "^health check: warning ({healthy:int}/", "^health check: warning$", "^health check: warning "]
                state: unwell
                count: [healthChecks, warningChecks]
                last: lastHealthCheck
                set: { status: warning, healthy: "{healthy}", warning: "{warning}", critical: "{critical}" }
              - name: critical
                when: ["^SYSTEM CRITICAL | Total: {_:int} | Healthy: {healthy:int} | Warning: {warning:int} | Critical: {critical:int}",
                       "^SYSTEM CRITICAL$", "^SYSTEM CRITICAL ",
                       "^health check: critical ({healthy:int}/", "^health check: critical$", "^health check: critical "]
                state: ill
                count: [healthChecks, criticalChecks]
                last: lastHealthCheck
                error: "health check critical"
                set: { status: critical, healthy: "{healthy}", warning: "{warning}", critical: "{critical}" }
            samples:
              - line: "[2026-11-22T16:04:01.123Z] 🔴 SYSTEM CRITICAL | Total: 10 | Healthy: 7 | Warning: 0 | Critical: 2"
                gives: { rule: critical, counts: { criticalChecks: 1 }, set: { healthy: 7, critical: 2 } }
              - line: "[2026-11-22T16:04:01.123Z] 🔴 unhealthy"
                gives: { rule: none }

          lifecycle:
            files: [lifecycle-status.log, lifecycle-governor.log]
            records: stamped
            start: idle
            states: { governing: healthy, shut-down: idle, managed: healthy, released: idle }
            rules:
              - name: heartbeat
                when: ["^heartbeat$", "^heartbeat every={every:duration}", "^heartbeat "]
                every: "{every}"
                count: heartbeats
              - name: boot with a time
                time: none
                when: ["^Startup order: [{list:list}]", "^startup order: [{list:list}]"]
                fields: { at: "{at:time}" }
                at: "{at}"
                state: governing
                count: boot
                last: lastBoot
                set: { startupOrder: "{list}" }
                each: { name: "*", from: managed, state: released }
              - name: boot
                time: any
                when: ["^Startup order: [{list:list}]", "^startup order: [{list:list}]", "^Startup order: []"]
                state: governing
                count: boot
                last: lastBoot
                set: { startupOrder: "{list}" }
                each: { name: "*", from: managed, state: released }
              - name: boot of a governor
                when: ["^Lifecycle governor started. Startup queue: {list:list}",
                       "^Lifecycle governor started. Startup queue:"]
                state: governing
                count: boot
                last: lastBoot
                set: { startupOrder: "{list}" }
                each: { name: "*", from: managed, state: released }
              - name: starting
                when: ["^Starting daemon: {name:name} (attempt ", "^Starting daemon: {name:word}"]
                state: governing
                count: starting
              - name: taken over
                when: ["^managing {name:name} (attempt ", "^managing {name:word}"]
                fields: { adopted: "true" }
                state: governing
                count: adopted
                each: { name: "{name}", state: managed }
              - name: started
                when: ["^managing {name:name} (attempt ", "^managing {name:word}",
                       "^Daemon started successfully: {name:word}"]
                state: governing
                count: started
                each: { name: "{name}", state: managed }
              - name: stopped
                when: ["^released {name:word}", "^Daemon stopped successfully: {name:word}"]
                state: governing
                count: stopped
                each: { name: "{name}", from: managed, state: released }
              - name: stopping
                when: "^Stopping daemon: {name:word}"
                state: governing
                count: stopping
              - name: start failed
                when: ["^Daemon failed to start: {name:name} - {why}", "^Daemon failed to start: {name:word}"]
                state: governing
                count: [startFailed, failedStarts]
                error: "{name} failed to start: {why}"
                each: { name: "{name}", from: managed, state: released }
              - name: start error
                when: ["^Error starting daemon: {name:name} - {why}", "^Error starting daemon: {name:word}"]
                state: governing
                count: [startError, failedStarts]
                error: "{name} failed to start: {why}"
                each: { name: "{name}", from: managed, state: released }
              - name: given up
                when: "^Max restart attempts exceeded for daemon: {name:word}"
                state: governing
                count: [attemptsExceeded, failedStarts]
                error: "{name} was given up"
                each: { name: "{name}", from: managed, state: released }
              - name: removed
                when: "^Removed failed daemon from startup queue: {name:word}"
                state: governing
                count: removed
                each: { name: "{name}", from: managed, state: released }
              - name: dependency missing
                when: "^Cannot start {name:name}: dependency {other:word}"
                state: governing
                count: dependencyMissing
                error: "{name} cannot start: dependency {other}"
              - name: died
                when: ["^Daemon health check failed: {name:name}, attempting restart",
                       "^Daemon health check failed: {name:word}"]
                state: governing
                count: healthFailed
                error: "{name} ended while managed"
                each: { name: "{name}", from: managed, state: released }
              - name: stop failed
                when: ["^Failed to stop daemon: {name:word}", "^Error stopping daemon: {name:name} - {why}",
                       "^Error stopping daemon: {name:word}"]
                state: governing
                count: stopFailed
                error: "{name} failed to stop: {why}"
              - name: governance failed
                when: "^Error in lifecycle governance"
                state: failed
                count: governanceError
                error: "lifecycle governance failed"
              - name: shutdown
                when: "^Initiating shutdown sequence"
                state: governing
                count: shutdown
              - name: shut down
                when: "^Shutdown sequence completed"
                state: shut-down
                count: shutdownDone
              - name: failed
                when: "^{name:name} failed$"
                state: governing
                count: [failed, failedStarts]
                error: "{name} failed to start"
                each: { name: "{name}", from: managed, state: released }
              - name: failed with a reason
                when: "^{name:name} failed "
                fields: { reason: "{reason}" }
                state: governing
                count: [failed, failedStarts]
                error: "{name} failed to start: {reason}"
                each: { name: "{name}", from: managed, state: released }
            samples:
              - lines: ["Startup order: [db, api] at=2026-11-22T16:04:00.000Z pid=4242",
                        "[2026-11-22T16:04:01.123Z] managing db (attempt 1)",
                        "[2026-11-22T16:04:02.123Z] managing api (attempt 1) needs=db",
                        "[2026-11-22T16:04:03.123Z] 🔄 Daemon health check failed: api, attempting restart"]
                gives: { rule: died, set: { startupOrder: "[db, api]" }, last: { lastBoot: "2026-11-22T16:04:00Z" },
                         counts: { started: 2, healthFailed: 1 }, entities: { db: managed, api: released } }
        """#
}
