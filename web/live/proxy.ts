import type { Incoming, Outgoing, Server } from "node:http";
import { createServer, request } from "node:http";

/** One request that came through. */
export interface PassedRequest {
    method: string;
    path: string;
    /** Milliseconds since 1970. */
    at: number;
    lastEventId: string | null;
}

/** Stands between a client and a server: counts, and gives what it is told to give. */
export class Proxy {
    readonly requests: PassedRequest[] = [];
    /** TCP connections of clients. */
    connections = 0;
    /** Answers that are not through yet. */
    pending = 0;
    /** Answers a request; by default the server does. */
    answer: (asked: Incoming, response: Outgoing) => void = (asked, response) => this.forward(asked, response);
    target: { readonly port: number };
    private readonly server: Server;

    private constructor(target: { readonly port: number }) {
        this.target = target;
        this.server = createServer((asked, response) => {
            const id = asked.headers["last-event-id"];
            this.requests.push({
                method: asked.method,
                path: asked.url,
                at: Date.now(),
                lastEventId: typeof id === "string" ? id : null,
            });
            this.pending += 1;
            response.on("close", () => {
                this.pending -= 1;
            });
            this.answer(asked, response);
        });
        this.server.on("connection", (socket) => {
            this.connections += 1;
            // Pieces must arrive as they were sent.
            socket.setNoDelay(true);
        });
    }

    /** One in front of a server, whose port may change. */
    static async start(target: { readonly port: number }): Promise<Proxy> {
        const proxy = new Proxy(target);
        await new Promise<void>((done) => proxy.server.listen(0, "127.0.0.1", done));
        return proxy;
    }

    get url(): string {
        return `http://127.0.0.1:${this.server.address().port}`;
    }

    /** Breaks all answers off. */
    cut(): void {
        this.server.closeAllConnections();
    }

    close(): void {
        this.server.close();
        this.server.closeAllConnections();
    }

    /** Hands a request on, with other headers and another path if told so, and the answer back as it comes. */
    forward(asked: Incoming, response: Outgoing, other: { path?: string; host?: string } = {}): void {
        const { port } = this.target;
        const headers = { ...asked.headers, host: other.host ?? `127.0.0.1:${port}`, connection: "close" };
        const path = other.path ?? asked.url;
        const onward = request(
            { host: "127.0.0.1", port, path, method: asked.method, headers, agent: false },
            (answer) => {
                response.writeHead(answer.statusCode, answer.headers);
                response.flushHeaders();
                answer.on("data", (chunk) => response.write(chunk));
                answer.on("end", () => response.end());
                answer.on("aborted", () => response.destroy());
                answer.on("error", () => response.destroy());
            },
        );
        // Whoever cannot be reached looks to the client as if nobody were there.
        onward.on("error", () => response.destroy());
        response.on("close", () => onward.destroy());
        onward.end();
    }
}
