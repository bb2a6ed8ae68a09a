/** One event of a stream. */
export interface ServerSentEvent {
    kind: "event";
    /** The event's name; `message` where the stream gives none. */
    event: string;
    data: string;
    /** The id that this very event carries; null if it carries none. */
    id: string | null;
}

/** What a parser finds, besides comments. */
export type StreamItem =
    | ServerSentEvent
    /** The server's wish how long to wait before reconnecting, in milliseconds. */
    | { kind: "retry"; delay: number }
    /** An event that exceeded the limit was passed over. */
    | { kind: "overflow"; event: string };

/** The longest event that is taken, in UTF-16 units of its lines. */
export const longestEvent = 8 * 1024 * 1024;

/**
 * Cuts a stream of bytes into server-sent events.
 *
 * Bytes may be cut anywhere, also inside a character or between CR and LF. Memory is bounded by `longestEvent`.
 */
export class EventStreamParser {
    private readonly decoder = new TextDecoder("utf-8");
    private readonly limit: number;
    private pieces: string[] = [];
    private lineLength = 0;
    private afterCarriageReturn = false;

    private name = "";
    private data: string[] = [];
    private dataLength = 0;
    private id: string | null = null;
    private overflowed = false;

    constructor(limit: number = longestEvent) {
        this.limit = limit;
    }

    /** Takes in bytes and gives what they complete. */
    push(bytes: Uint8Array): StreamItem[] {
        const text = this.decoder.decode(bytes, { stream: true });
        const items: StreamItem[] = [];
        let start = 0;
        if (this.afterCarriageReturn && text.length > 0) {
            this.afterCarriageReturn = false;
            if (text.charCodeAt(0) === 10) start = 1;
        }
        let lineFeed = text.indexOf("\n", start);
        let carriageReturn = text.indexOf("\r", start);
        while (lineFeed >= 0 || carriageReturn >= 0) {
            const byReturn = carriageReturn >= 0 && (lineFeed < 0 || carriageReturn < lineFeed);
            const end = byReturn ? carriageReturn : lineFeed;
            this.keep(text.slice(start, end));
            this.endLine(items);
            start = end + 1;
            if (byReturn) {
                if (start === text.length) this.afterCarriageReturn = true;
                else if (text.charCodeAt(start) === 10) start += 1;
                carriageReturn = text.indexOf("\r", start);
            }
            if (lineFeed >= 0 && lineFeed < start) lineFeed = text.indexOf("\n", start);
        }
        this.keep(text.slice(start));
        return items;
    }

    private keep(piece: string): void {
        if (piece.length === 0) return;
        this.lineLength += piece.length;
        if (this.lineLength + this.dataLength > this.limit) {
            this.overflowed = true;
            this.pieces = [];
            this.data = [];
            this.dataLength = 0;
        } else {
            this.pieces.push(piece);
        }
    }

    private endLine(items: StreamItem[]): void {
        const isEmpty = this.lineLength === 0;
        const line = this.pieces.length === 1 ? (this.pieces[0] ?? "") : this.pieces.join("");
        this.pieces = [];
        this.lineLength = 0;
        if (isEmpty) this.endEvent(items);
        else if (!this.overflowed) this.field(line, items);
    }

    private field(line: string, items: StreamItem[]): void {
        const colon = line.indexOf(":");
        if (colon === 0) return;
        const name = colon < 0 ? line : line.slice(0, colon);
        let value = colon < 0 ? "" : line.slice(colon + 1);
        if (value.startsWith(" ")) value = value.slice(1);
        switch (name) {
            case "event":
                this.name = value;
                break;
            case "data":
                this.data.push(value);
                this.dataLength += value.length + 1;
                break;
            case "id":
                if (!value.includes("\0")) this.id = value;
                break;
            case "retry":
                if (/^\d{1,9}$/.test(value)) items.push({ kind: "retry", delay: Number(value) });
                break;
        }
    }

    private endEvent(items: StreamItem[]): void {
        const event = this.name === "" ? "message" : this.name;
        if (this.overflowed) items.push({ kind: "overflow", event });
        else if (this.data.length > 0) items.push({ kind: "event", event, data: this.data.join("\n"), id: this.id });
        this.name = "";
        this.data = [];
        this.dataLength = 0;
        this.id = null;
        this.overflowed = false;
    }
}
