import assert from "node:assert/strict";
import { test } from "node:test";
import type { StreamItem } from "@ghost/client";
import { EventStreamParser, seededRandom } from "@ghost/client";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const event = (data: string, fields: Partial<StreamItem> = {}): object => ({
    kind: "event",
    event: "message",
    id: null,
    data,
    ...fields,
});

const table: [string, string, object[]][] = [
    ["one line of data", "data: a\n\n", [event("a")]],
    ["CRLF", "data: a\r\n\r\ndata: b\r\n\r\n", [event("a"), event("b")]],
    ["a lone CR", "data: a\r\rdata: b\r\r", [event("a"), event("b")]],
    ["mixed ends", "data: a\n\r\ndata: b\r\n\n", [event("a"), event("b")]],
    ["several lines of data", "data: a\ndata:\ndata: b\n\n", [event("a\n\nb")]],
    ["no space after the colon", "data:a\n\n", [event("a")]],
    ["only one space is taken", "data:  a\n\n", [event(" a")]],
    ["a field without a colon", "data\n\n", [event("")]],
    ["a name and an id", "event: change\nid: e-1\ndata: {}\n\n", [event("{}", { event: "change", id: "e-1" })]],
    ["an id is only of its event", "id: 1\ndata: a\n\ndata: b\n\n", [event("a", { id: "1" }), event("b")]],
    ["an id with NUL is ignored", "id: a\0b\ndata: a\n\n", [event("a")]],
    ["comments", ": ping\n\n:\n\ndata: a\n: in between\n\n", [event("a")]],
    ["an unknown field", "colour: red\ndata: a\n\n", [event("a")]],
    ["a name without data is no event", "event: x\n\ndata: a\n\n", [event("a")]],
    ["retry", "retry: 1000\n\n", [{ kind: "retry", delay: 1000 }]],
    ["a retry that is no number", "retry: 1e3\nretry: -1\n\n", []],
    ["a BOM at the beginning", "\uFEFFdata: a\n\n", [event("a")]],
    ["a BOM elsewhere is a character", "data: \uFEFFa\n\n", [event("\uFEFFa")]],
    ["an end that is cut off", "data: a\n\ndata: b\n", [event("a")]],
    ["characters of 2, 3 and 4 bytes", "data: é€🟢\n\n", [event("é€🟢")]],
    ["U+2028 ends no line", "data: a\u2028b\n\n", [event("a\u2028b")]],
];

for (const [name, text, expected] of table) {
    test(`an event stream, whole and cut everywhere: ${name}`, () => {
        const input = bytes(text);
        assert.deepEqual(new EventStreamParser().push(input), expected);
        for (let cut = 0; cut <= input.length; cut += 1) {
            const parser = new EventStreamParser();
            const items = [...parser.push(input.subarray(0, cut)), ...parser.push(input.subarray(cut))];
            assert.deepEqual(items, expected, `cut at byte ${cut}`);
        }
        const parser = new EventStreamParser();
        assert.deepEqual([...input].flatMap((byte) => parser.push(Uint8Array.of(byte))), expected, "byte by byte");
    });
}

test("random streams give the same events however they are cut", () => {
    const random = seededRandom(20261122);
    const ends = ["\n", "\r", "\r\n"];
    const parts = [...ends, "data: 🟢 a\n", "data: b\r\n", "id: e-7\n", "event: change\n", ": c\n", "retry: 5\n"];
    for (let round = 0; round < 300; round += 1) {
        const text = Array.from({ length: 20 }, () => parts[Math.floor(random() * parts.length)]).join("");
        const input = bytes(text);
        const expected = new EventStreamParser().push(input);
        const parser = new EventStreamParser();
        const items: StreamItem[] = [];
        for (let start = 0; start < input.length; ) {
            const end = Math.min(input.length, start + Math.floor(random() * 7));
            items.push(...parser.push(input.subarray(start, end)));
            start = end;
        }
        assert.deepEqual(items, expected, JSON.stringify(text));
    }
});

test("an event over the limit is named and passed over, and what follows is read", () => {
    for (const long of [`data: ${"x".repeat(200)}`, `${"data: xxxxxxxx\n".repeat(30)}data: y`, "y".repeat(500)]) {
        const parser = new EventStreamParser(100);
        const items = parser.push(bytes(`event: snapshot\n${long}\n\ndata: next\n\n`));
        assert.deepEqual(items, [{ kind: "overflow", event: "snapshot" }, event("next")]);
    }
});

test("a line of 4 MB in pieces of 1 KB is read in linear time", () => {
    const parser = new EventStreamParser();
    const piece = bytes("x".repeat(1024));
    parser.push(bytes("data: "));
    for (let count = 0; count < 4096; count += 1) assert.equal(parser.push(piece).length, 0);
    const [item] = parser.push(bytes("\n\n"));
    assert.equal(item?.kind === "event" && item.data.length, 4 * 1024 * 1024);
});
