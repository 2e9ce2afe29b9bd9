// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import * as adapt from "../src/core/adapt.ts";

const ALL = [
	adapt.session, adapt.vocabulary, adapt.today, adapt.incidents, adapt.alerts, adapt.alertFull, adapt.incident, adapt.timeline, adapt.similar, adapt.notice, adapt.graph, adapt.assets, adapt.assetFull, adapt.map, adapt.playbook, adapt.statistics,
];

test("whatever an answer is, it becomes something that a page can show", () => {
	const odd: unknown[] = [undefined, null, 7, "x", [], {}, [null], { incidents: 5 }];
	for (const name of ["incident", "story", "items", "clocks", "alerts", "missing", "next_states", "timeline", "similar", "sentences", "nodes", "links", "assets", "asset", "health", "counts", "needs", "spark", "user", "states", "kinds", "words", "organisation", "roles", "first"])
		for (const value of [null, 7, "x", [null], [7], ["x"], [[]], [{}], {}, { sensors: 3, fields: 3, parts: [null], addresses: [null] }]) odd.push({ [name]: value });
	for (const read of ALL) for (const raw of odd) assert.equal(typeof read(raw), "object", `${read.name} ${JSON.stringify(raw)}`);
});
test("severities are words or numbers", () => {
	assert.deepEqual(["minor", "significant", "serious", "critical", 3, "2", undefined].map(adapt.severity), ["1", "2", "3", "4", "3", "2", ""]);
});
test("a clock keeps its state whichever way it is told", () => {
	assert.equal(adapt.clock({ state: "runs", due: "2026-01-01T00:00:00Z" }).state, "running");
	assert.equal(adapt.clock({ state: "overdue" }).state, "late");
	assert.equal(adapt.clock({ state: "sent-late", sent: "2026-01-01T00:00:00+0000" }).sent, "2026-01-01T00:00:00Z");
	assert.equal(adapt.clock({ state: "waits", name: "People" }).step_label, "People");
	assert.equal(adapt.clock({ state: "not-needed" }).state, "not-needed");
});
test("the techniques of an incident are those of its parts, each once", () => {
	const full = adapt.incident({ incident: { id: "INC-1" }, story: { parts: [{ technique: "T1046", stage: "reconnaissance", title: "Port scan" }, { technique: "T1046", title: "Again" }, { technique: "" }] } });
	assert.deepEqual(full.techniques, [{ id: "T1046", name: "Port scan", stage: "reconnaissance" }]);
});
test("an incident has the exceptions that concern it", () => {
	const full = adapt.incident({ exceptions: [{ id: "EXC-1", sid: 7, why: "normal", state: "expired", hidden: 2 }] });
	assert.deepEqual(full.exceptions?.map((e) => [e.id, e.sid, e.state, e.hidden]), [["EXC-1", 7, "expired", 2]]);
});
test("who is restricted is a list, from a list or from words", () => {
	assert.deepEqual(adapt.incident({ incident: { fields: { restricted_to: "ada, bob;eve" } } }).incident.restricted_to, ["ada", "bob", "eve"]);
	assert.deepEqual(adapt.incident({ incident: { restricted_to: ["ada"] } }).incident.restricted_to, ["ada"]);
	assert.deepEqual(adapt.incident({ incident: {} }).incident.restricted_to, []);
});
test("a sentence cites a list, from a list or from words", () => {
	assert.deepEqual(adapt.notice({ sentences: [{ text: "a", cites: "INC-1 aware", question: false }, { text: "b", cites: ["x"], question: true }] }).sentences, [
		{ text: "a", cites: ["INC-1", "aware"], missing: false }, { text: "b", cites: ["x"], missing: true },
	]);
});
test("a machine has each of its addresses once, the first one first", () => {
	assert.deepEqual(adapt.assetFull({ asset: { address: "10.0.0.1", addresses: [{ address: "10.0.0.2" }, "10.0.0.1"] } }).asset.addresses, ["10.0.0.1", "10.0.0.2"]);
});
