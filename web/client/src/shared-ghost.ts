import type { GhostClientOptions } from "./client.js";
import { GhostClient } from "./client.js";
import type { Want } from "./demand.js";
import { LogFeed } from "./log-feed.js";
import type { ComponentDaemons, DaemonStatus } from "./model/daemons.js";
import type { LogFilter } from "./model/logs.js";
import { componentNames } from "./model/component.js";
import type { OrchestrationData } from "./model/orchestration.js";
import { defaultDemand, PolledQuery } from "./query.js";
import type { Sharing } from "./shared-orchestration.js";
import { SharedOrchestration } from "./shared-orchestration.js";
import type { ConnectionName } from "./store.js";

export interface SharedGhostOptions extends GhostClientOptions {
    /** Whether pages of one origin share the stream. By default they do, unless requests carry own headers. */
    sharing?: Sharing;
    client?: GhostClient;
}

/** How long the answers about daemons may take, in milliseconds. */
const daemonTimeout = 5000;

/** The most log feeds that are kept for filters which nobody follows any more. */
const mostIdleFeeds = 16;

/** Everything about one server, fetched once for everybody on the page. Nothing is sent before something is wanted. */
export class SharedGhost {
    readonly client: GhostClient;
    /** The components, over the stream. */
    readonly orchestration: SharedOrchestration;
    /** The components as the status API shows them. Asked for again when the stream tells of a change. */
    readonly componentDaemons: PolledQuery<ComponentDaemons>;
    /** The supervised daemons, likewise. */
    readonly daemons: PolledQuery<DaemonStatus[]>;
    private readonly feeds = new Map<string, LogFeed>();

    constructor(options: SharedGhostOptions = {}) {
        this.client = options.client ?? new GhostClient(options);
        const { client } = this;
        const sharing = options.sharing ?? (client.isPersonal ? "page" : "origin");
        this.orchestration = new SharedOrchestration(client, sharing);
        this.componentDaemons = this.followed((signal) => client.componentDaemons({ signal, timeout: daemonTimeout }));
        this.daemons = this.followed((signal) => client.daemons({ signal, timeout: daemonTimeout }));
    }

    /** The lines that pass a filter. */
    logs(filter: LogFilter): LogFeed {
        const key = JSON.stringify([filter.daemon ?? null, filter.level ?? null, filter.text ?? null]);
        let feed = this.feeds.get(key);
        if (feed === undefined) {
            for (const [other, { store }] of this.feeds) {
                if (this.feeds.size < mostIdleFeeds) break;
                if (store.get().connection === "idle") this.feeds.delete(other);
            }
            feed = new LogFeed(this.client, filter);
            this.feeds.set(key, feed);
        }
        return feed;
    }

    /** A query that is sent again when the stream tells of a change, and polled while there is no stream. */
    private followed<Data>(fetch: (signal: AbortSignal) => Promise<Data>): PolledQuery<Data> {
        const query = new PolledQuery<Data>({ environment: this.client.environment, fetch });
        const { orchestration } = this;
        let want: Want | null = null;
        let seen = "";
        let opened = 0;
        let before: ConnectionName = "idle";
        orchestration.store.listen(() => {
            const { connection, data } = orchestration.store.get();
            // A stream that opens again may come from another process, whose pid the components do not tell.
            if (connection === "open" && before !== "open") opened += 1;
            before = connection;
            query.setRhythm(connection === "open" ? "pushed" : "polled");
            if (want === null || connection !== "open" || data === null) return;
            const now = `${opened} ${standing(data)}`;
            if (seen !== "" && seen !== now) query.noticeChange();
            seen = now;
        });
        query.store.listen(() => {
            const isWanted = query.store.get().connection !== "idle";
            if (isWanted && want === null) {
                want = orchestration.want({ ...defaultDemand, retryDelay: 2000, purpose: "changes" });
            } else if (!isWanted && want !== null) {
                want.release();
                want = null;
                seen = "";
            }
        });
        return query;
    }
}

/** What of the components concerns daemons: which are up, and whether each component works. */
function standing(data: OrchestrationData): string {
    const components = componentNames.map((name) => [data[name].status, data[name].error]);
    const { managedNow, startedCount, failedStarts } = data.lifecycle;
    const { restartCount, failedCount } = data.watchdog;
    const counts = [startedCount, failedStarts, restartCount, failedCount];
    return JSON.stringify([components, data.daemons, managedNow, counts]);
}
