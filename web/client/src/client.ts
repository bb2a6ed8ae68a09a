import type { Environment } from "./environment.js";
import { hostEnvironment } from "./environment.js";
import { GhostError } from "./errors.js";
import type { ComponentName, ComponentStates, ErrorCategory } from "./model/component.js";
import type { ComponentDaemon, ComponentDaemons, DaemonStatus } from "./model/daemons.js";
import type { ErrorListing, JournalPage, PlanReport, UsageList, WhyReport } from "./model/control.js";
import type { LineLevel, LogFilter, LogListing, LogPage } from "./model/logs.js";
import type { HealthSummary, OrchestrationData } from "./model/orchestration.js";
import { isObject, parseComponent, parseOrchestration } from "./model/parse.js";
import type { ByteStream, RequestOptions } from "./transport.js";
import { Transport } from "./transport.js";

export interface GhostClientOptions {
    /** Where the API is, such as `http://127.0.0.1:5002`; by default where the page came from. */
    baseUrl?: string;
    /** Sent with every request, for example `Authorization`. */
    headers?: Record<string, string>;
    /** Milliseconds until an answer must be complete, body included. */
    timeout?: number;
    environment?: Partial<Environment>;
}

/** What to take of the logs. */
export interface LogQuery extends Omit<LogFilter, "level"> {
    /** Only lines at least this bad. */
    level?: LineLevel;
    /** The five, or those that rules describe; with commas between several. */
    component?: string;
    since?: string;
    until?: string;
    regex?: string;
    limit?: number;
    before?: string;
    after?: string;
    context?: number;
}

/** One method per route. Each answer is read into its type, or is a `GhostError`. */
export class GhostClient {
    readonly environment: Environment;
    readonly baseUrl: string;
    /** Whether requests carry headers of the caller, which other pages may not have. */
    readonly isPersonal: boolean;
    private readonly transport: Transport;
    private hasDashboardRoute = true;

    constructor(options: GhostClientOptions = {}) {
        this.environment = hostEnvironment(options.environment);
        const headers = options.headers ?? {};
        this.isPersonal = Object.keys(headers).length > 0;
        this.transport = new Transport(options.baseUrl ?? "", headers, this.environment, options.timeout ?? 10_000);
        this.baseUrl = this.transport.baseUrl;
    }

    /** The five components and the health of the whole. */
    async status(options?: RequestOptions): Promise<OrchestrationData> {
        return parseOrchestration(await this.success("/api/orchestrator/status", options));
    }

    /** One component. */
    async component<Name extends ComponentName>(name: Name, options?: RequestOptions): Promise<ComponentStates[Name]> {
        return parseComponent(name, await this.success(`/api/orchestrator/component/${name}`, options));
    }

    /** The health without the components. */
    async health(options?: RequestOptions): Promise<HealthSummary> {
        return (await this.success("/api/orchestrator/health", options)) as HealthSummary;
    }

    /** The components as the status API shows them. Asks the dashboard's route, and where that is absent the API's. */
    async componentDaemons(options?: RequestOptions): Promise<ComponentDaemons> {
        if (this.hasDashboardRoute) {
            try {
                const body = await this.transport.json("/api/daemon-status", options);
                const data = isObject(body) && isObject(body["data"]) ? body["data"] : body;
                if (isComponentDaemons(data)) return data;
            } catch (thrown) {
                if (!(thrown instanceof GhostError && thrown.status === 404)) throw thrown;
            }
            this.hasDashboardRoute = false;
        }
        const data = await this.success("/api/status/daemons", options);
        if (!isComponentDaemons(data)) throw new GhostError("protocol", "The status names no daemons.");
        return data;
    }

    /** One component as the status API shows it, such as `ghostSentinelGuard`. */
    async componentDaemon(name: string, options?: RequestOptions): Promise<ComponentDaemon> {
        return (await this.success(`/api/status/daemon/${encodeURIComponent(name)}`, options)) as ComponentDaemon;
    }

    /** The supervised daemons. */
    async daemons(options?: RequestOptions): Promise<DaemonStatus[]> {
        const body = await this.transport.json("/api/v1/daemons", options);
        if (!isObject(body) || !Array.isArray(body["daemons"])) {
            throw new GhostError("protocol", "The list of daemons is none.");
        }
        return body["daemons"].filter(isObject) as unknown as DaemonStatus[];
    }

    /** One supervised daemon. */
    async daemon(name: string, options?: RequestOptions): Promise<DaemonStatus> {
        const body = await this.transport.json(`/api/v1/daemons/${encodeURIComponent(name)}`, options);
        if (!isObject(body)) throw new GhostError("protocol", `The status of ${name} is none.`);
        return body as unknown as DaemonStatus;
    }

    /** What led to a daemon's state. */
    async why(name: string, options?: RequestOptions): Promise<WhyReport> {
        return this.bodyWith<WhyReport>("daemon", `/api/v1/daemons/${encodeURIComponent(name)}/why`, options);
    }

    /** What happened in supervision, oldest first: the first events behind `after`, or the newest ones. */
    async events(
        query: { after?: number; daemon?: string; limit?: number } = {},
        options?: RequestOptions,
    ): Promise<JournalPage> {
        return this.bodyWith<JournalPage>("events", `/api/v1/events${queryText(query)}`, options);
    }

    /** What the processes of the daemons use. */
    async usage(options?: RequestOptions): Promise<UsageList> {
        return this.bodyWith<UsageList>("daemons", "/api/v1/usage", options);
    }

    /** What taking over the configuration as it is now would lead to. */
    async plan(options?: RequestOptions): Promise<PlanReport> {
        return this.bodyWith<PlanReport>("daemons", "/api/v1/plan", options);
    }

    /** What went wrong in all components, grouped, the most recent first. */
    async errors(query: { component?: string; category?: ErrorCategory } = {}, options?: RequestOptions) {
        return this.bodyWith<ErrorListing>("errors", `/api/v1/errors${queryText(query)}`, options);
    }

    /** A page of log lines, oldest first. */
    async logs(query: LogQuery = {}, options?: RequestOptions): Promise<LogPage> {
        const body = await this.transport.json(`/api/v1/logs${queryText(query)}`, options);
        if (!isObject(body) || !Array.isArray(body["lines"])) {
            throw new GhostError("protocol", "The page has no lines.");
        }
        return body as unknown as LogPage;
    }

    /** The dashboard's newest lines: a bare array of whatever the lines hold. */
    async recentLogs(daemon?: string, options?: RequestOptions): Promise<unknown[]> {
        const body = await this.transport.json(`/api/recent-logs${queryText({ daemon })}`, options);
        const lines = isObject(body) ? (body["recentLogs"] ?? body["logs"]) : body;
        if (!Array.isArray(lines)) throw new GhostError("protocol", "The recent logs are no list.");
        return lines;
    }

    /** The newest lines of the component logs; `type` is `all`, `errors` or a component. */
    async logListing(type = "all", lines = 50, options?: RequestOptions): Promise<LogListing> {
        const data = await this.success(`/api/logs${queryText({ type, lines })}`, options);
        if (!isObject(data) || !isObject(data["logs"])) throw new GhostError("protocol", "The listing has no logs.");
        return data as unknown as LogListing;
    }

    /** The stream of changes, from behind `lastEventId` if that is given. */
    openChanges(lastEventId: string | null, options?: RequestOptions): Promise<ByteStream> {
        return this.transport.open("/api/orchestrator/stream", resumeAt(lastEventId), options);
    }

    /** The stream of log lines, from behind `cursor` or, on reconnecting, `lastEventId`. */
    openLogs(query: LogFilter & { cursor?: string }, lastEventId: string | null, options?: RequestOptions) {
        return this.transport.open(`/api/v1/logs/stream${queryText(query)}`, resumeAt(lastEventId), options);
    }

    /** A body of `/api/v1`, which is what was asked for if it has a field. */
    private async bodyWith<Body>(field: string, path: string, options?: RequestOptions): Promise<Body> {
        const body = await this.transport.json(path, options);
        if (!isObject(body) || typeof body[field] !== "object") {
            throw new GhostError("protocol", `The answer of ${path} has no ${field}.`);
        }
        return body as Body;
    }

    /** The `data` of an answer in the envelope `{"status":"success","data":…}`. */
    private async success(path: string, options?: RequestOptions): Promise<unknown> {
        const body = await this.transport.json(path, options);
        if (isObject(body) && body["status"] === "success") return body["data"];
        const said = isObject(body) && typeof body["error"] === "string" ? body["error"] : null;
        throw new GhostError("rejected", said ?? "Unknown orchestration error", { detail: said });
    }
}

function resumeAt(lastEventId: string | null): Record<string, string> {
    return lastEventId === null ? {} : { "Last-Event-ID": lastEventId };
}

function isComponentDaemons(value: unknown): value is ComponentDaemons {
    return isObject(value) && Array.isArray(value["daemons"]);
}

function queryText(query: object): string {
    const parameters = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) {
        if (value !== undefined && value !== null) parameters.set(key, String(value));
    }
    const text = parameters.toString();
    return text === "" ? "" : `?${text}`;
}
