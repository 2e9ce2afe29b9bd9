// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Item } from "../src/core/types.ts";
import { byFamily, causeTree, whyLines, type Cause } from "../src/pure/causes.ts";
import { journalDiff } from "../src/pure/diff.ts";
import { ends, summary } from "../src/pure/eve.ts";
import { placeMap } from "../src/pure/force.ts";
import { lacks } from "../src/pure/closing.ts";
import { columnOf, condensed } from "../src/pure/chain.ts";
import { qr } from "../src/pure/qr.ts";
import { layered } from "../src/pure/layers.ts";
import { stack } from "../src/pure/stack.ts";
import { density } from "../src/pure/strip.ts";
import { wrap } from "../src/pure/wrap.ts";

const cause = (id: string, parent?: string, more: Record<string, string> = {}): Item => ({ id, kind: "cause", by: "", at: "", fields: { text: id, ...(parent ? { parent } : {}), ...more } });
const count = (causes: readonly Cause[]): number => causes.reduce((n, c) => n + 1 + count(c.children), 0);

test("causes become a tree, and whys its lines", () => {
	const tree = causeTree([cause("a"), cause("b", "a"), cause("c", "b"), cause("d", "a"), { ...cause("x"), kind: "task" }]);
	assert.equal(tree.length, 1);
	assert.deepEqual(whyLines(tree).map((l) => l.map((i) => i.id).join("")), ["abc", "ad"]);
});
test("causes that explain themselves, each other, or nothing that is there, are not lost", () => {
	for (const items of [[cause("a", "a")], [cause("a", "b"), cause("b", "a")], [cause("a", "gone")], [cause("a", "b"), cause("b", "c"), cause("c", "a"), cause("d", "c")]]) {
		assert.equal(count(causeTree(items)), items.length);
	}
});
test("families keep every cause, those without one too", () => {
	const families = byFamily([cause("a", undefined, { ishikawa: "people" }), cause("b"), cause("c", undefined, { ishikawa: "people" })]);
	assert.deepEqual([...families].map(([f, l]) => [f, l.length]), [["people", 2], ["", 1]]);
});
test("a graph is drawn left to right, circles and loose ends included", () => {
	const node = (id: string) => ({ id, kind: "k", label: id });
	const link = (source: string, target: string) => ({ source, relation: "r", target });
	const layout = layered(["a", "b", "c", "d"].map(node), [link("a", "b"), link("b", "c"), link("c", "a"), link("a", "a"), link("a", "gone")]);
	assert.equal(layout.nodes.length, 4);
	assert.equal(layout.links.length, 4);
	const x = Object.fromEntries(layout.nodes.map((p) => [p.node.id, p.x]));
	assert.ok((x.a as number) < (x.b as number) && (x.b as number) < (x.c as number));
	const places = new Set(layout.nodes.map((p) => `${p.x} ${p.y}`));
	assert.equal(places.size, 4, "no two on one place");
	assert.deepEqual(layered([], []).nodes, []);
});
test("ten thousand links deep is no stack overflow", () => {
	const nodes = Array.from({ length: 10_000 }, (_, i) => ({ id: String(i), kind: "", label: "" }));
	const links = nodes.slice(1).map((n, i) => ({ source: String(i), relation: "", target: n.id }));
	assert.equal(layered(nodes, links).nodes.length, 10_000);
});
test("the map is the same for the same data, stays in its box, and draws those with alerts first", () => {
	const nodes = Array.from({ length: 300 }, (_, i) => ({ id: `n${i}`, label: `n${i}`, kind: "", inside: i % 5 !== 0, value: "", alerts: i === 299 ? 1 : 0 }));
	const links = nodes.map((n, i) => ({ source: n.id, target: `n${(i * 7) % 300}`, weight: i, alerts: 0, severity: "" }));
	const spots = placeMap(nodes, links, 1000, 560, 60);
	assert.equal(spots.length, 60);
	assert.ok(spots.some((s) => s.node.id === "n299"));
	for (const s of spots) assert.ok(s.x >= 0 && s.x <= 1000 && s.y >= 0 && s.y <= 560 && Number.isFinite(s.x));
	assert.deepEqual(placeMap(nodes, links, 1000, 560, 60).map((s) => s.x), spots.map((s) => s.x));
	assert.equal(placeMap([nodes[0]!], [], 100, 100).length, 1);
});
test("an event is summed up whatever its parts are", () => {
	assert.equal(summary({ event_type: "dns", dns: { rrname: "a.example", rrtype: "A", rcode: "NXDOMAIN" } }), "A a.example NXDOMAIN");
	assert.equal(summary({ event_type: "http", http: { http_method: "GET", hostname: "h", url: "/x", status: 404 } }), "GET h/x 404");
	for (const dns of [null, [], 7, "x", { queries: null }, { queries: [null] }]) assert.equal(typeof summary({ event_type: "dns", dns }), "string");
	assert.equal(summary({ event_type: "constructor", constructor: { a: "b" } } as never), "b");
	assert.deepEqual(ends({ src_ip: "2001:db8::1", src_port: 5, dest_ip: "10.0.0.1" }), { source: "[2001:db8::1]:5", target: "10.0.0.1" });
});
test("layers of traffic add up to what passed", () => {
	const buckets = [0, 1, 2].map((i) => ({ at: new Date(i * 3600_000).toISOString(), apps: { a: { bytes: 10, flows: 1 }, b: { bytes: 5 * i, flows: 1 }, c: { bytes: 1, flows: 1 } } }));
	const s = stack(buckets, 2, "rest", "bytes");
	assert.deepEqual(s.names, ["a", "b", "rest"]);
	assert.deepEqual(s.tops[2], [11, 16, 21]);
	assert.deepEqual(stack([], 2, "rest", "bytes").tops, []);
});
test("the strip counts each moment once", () => {
	const { counts } = density(["2026-01-01T00:00:00Z", "2026-01-01T00:00:10Z", "2026-01-01T00:00:10Z", "no time"], 10);
	assert.equal(counts.reduce((a, b) => a + b), 3);
	assert.equal(counts[9], 2);
	assert.deepEqual(density([], 3).counts, [0, 0, 0]);
});
test("the journal shows what changed only", () => {
	assert.deepEqual(journalDiff({ a: "1", b: "2" }, { a: "1", b: "3", c: "4" }), [{ name: "b", before: "2", after: "3" }, { name: "c", before: "", after: "4" }]);
	assert.deepEqual(journalDiff('{"a":"1"}', undefined), [{ name: "a", before: "1", after: "" }]);
	assert.deepEqual(journalDiff("plain", "other"), [{ name: "", before: "plain", after: "other" }]);
});
test("words are put into lines, those without end too", () => {
	assert.deepEqual(wrap("one two three", 7, 3), ["one two", "three"]);
	assert.deepEqual(wrap("x".repeat(20), 8, 2), ["xxxxxxxx", "xxxxxxx…"]);
	assert.deepEqual(wrap("", 5, 2), []);
});
test("a QR code is the one that an independent reader has read", () => {
	const digest = (text: string) => createHash("sha256").update(qr(text)!.map((row) => row.map(Number).join("")).join("\n")).digest("hex").slice(0, 16);
	assert.equal(digest("hello world"), "851bd1031e2539fc");
	assert.equal(digest("otpauth://totp/Beffroi:marie.durand?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Beffroi"), "56dd77b7887f384a", "version 6, four blocks");
	assert.equal(digest("y".repeat(150)), "230adb2b282df71c", "version 8, blocks of two lengths");
	assert.equal(digest("z".repeat(210)), "b141ff964c95063a", "version 10, length of 16 bits");
	assert.equal(qr("x".repeat(300)), undefined);
});
test("the chain shows what matters once, and loses nothing that is linked elsewhere", () => {
	const node = (id: string, kind: string, label = kind) => ({ id, kind, label });
	const link = (source: string, relation: string, target: string) => ({ source, relation, target });
	const graph = {
		nodes: [node("I", "incident"), node("a", "alert", "scan"), node("b", "alert", "scan"), node("c", "alert", "scan"), node("l", "log"), node("k", "cause"), node("p", "proof")],
		links: [link("a", "part-of", "I"), link("b", "part-of", "I"), link("c", "part-of", "I"), link("c", "concerns", "k"), link("l", "part-of", "I"), link("k", "part-of", "I"), link("k", "proved-by", "p"), link("x", "part-of", "I")],
	};
	const small = condensed(graph);
	assert.deepEqual(small.nodes.map((n) => n.label).sort(), ["cause", "incident", "proof", "scan", "scan ×2"]);
	assert.equal(small.links.length, 5);
	const layout = layered(small.nodes, small.links, columnOf);
	const x = Object.fromEntries(layout.nodes.map((p) => [p.node.kind, p.x]));
	assert.ok(x.alert! < x.incident! && x.incident! < x.cause! && x.cause === x.proof);
});
test("what closing needs is said beside its place", () => {
	const root = cause("r", undefined, { root: "yes" });
	const action: Item = { id: "a", kind: "action", by: "", at: "", fields: { cause: "r" } };
	const clock = { incident: "", profile: "gdpr", label: "", step: "n", step_label: "Notice", state: "running" };
	assert.deepEqual(lacks({}, [], []), [{ what: "cause" }]);
	assert.deepEqual(lacks({ no_cause_why: "gone" }, [], []), []);
	assert.deepEqual(lacks({}, [root], [clock]), [{ what: "proof", name: "r" }, { what: "action", name: "r" }, { what: "clock", profile: "gdpr", step: "Notice" }]);
	assert.deepEqual(lacks({}, [cause("r", undefined, { root: "yes", proof: "p" }), action], [{ ...clock, sent: "x" }, { ...clock, state: "waiting" }]), []);
});
