// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, withQuery } from "../src/core/api.ts";
import { fill } from "../src/core/i18n.ts";
import { isTyping } from "../src/core/keys.ts";
import { topicsOf } from "../src/core/live.ts";
import { firstPage } from "../src/core/pages.ts";
import { href, parsePlace } from "../src/core/router.ts";
import { matches } from "../src/pure/match.ts";
import { formatBytes } from "../src/pure/size.ts";
import { formatSpan, formatTime, localToUtc, midnight, parseTyped, typed, urgency, utcToLocal } from "../src/pure/time.ts";
import { french } from "../src/pure/typography.ts";

const PARIS = "Europe/Paris";

test("times are those of the organisation, with 24 hours, in both languages", () => {
	assert.equal(formatTime("2026-10-27T10:00:00Z", PARIS, "fr", "minute"), "27 oct. 2026, 11:00");
	assert.equal(formatTime("2026-10-27T22:30:00Z", PARIS, "en", "minute"), "27 Oct 2026, 23:30");
	assert.equal(formatTime("2026-06-01T22:30:00Z", PARIS, "en", "hour"), "00:30");
});
test("moments as EVE writes them are read too", () => {
	assert.equal(formatTime("2026-06-01T22:30:00.123456+0000", PARIS, "en", "second"), "02 Jun 2026, 00:30:00");
});
test("a zone that this browser does not know, or a text that is no time, is no crash", () => {
	assert.equal(formatTime("2026-06-01T22:30:00Z", "Mars/Olympus", "en", "hour"), "22:30");
	assert.equal(formatTime("<b>", PARIS, "en"), "<b>");
	assert.equal(formatTime(undefined, PARIS, "en"), "");
});
test("local time to UTC is right on both sides of the changes of clocks", () => {
	assert.equal(localToUtc("2026-10-24T12:00", PARIS), "2026-10-24T10:00:00Z");
	assert.equal(localToUtc("2026-10-27T11:00", PARIS), "2026-10-27T10:00:00Z");
	assert.equal(localToUtc("2026-10-25T02:30", PARIS), "2026-10-25T00:30:00Z", "the first of the two 02:30");
	assert.equal(localToUtc("2026-03-29T02:30", PARIS), "2026-03-29T01:30:00Z", "an hour that clocks skip");
	assert.equal(localToUtc("2026-01-01", PARIS), undefined);
});
test("UTC to the field and back is the same moment", () => {
	for (let at = Date.UTC(2026, 0, 1); at < Date.UTC(2027, 0, 1); at += 37 * 3600_000) {
		const iso = new Date(at).toISOString().replace(".000Z", "Z");
		for (const zone of [PARIS, "America/Cayenne", "Pacific/Noumea", "UTC"]) assert.equal(localToUtc(utcToLocal(iso, zone), zone), iso);
	}
});
test("a day begins at midnight of the place, also when its clocks change", () => {
	const now = Date.parse("2026-10-25T12:00:00Z");
	assert.equal(midnight(now, 0, PARIS), "2026-10-24T22:00:00Z");
	assert.equal(midnight(now, 1, PARIS), "2026-10-25T23:00:00Z");
	assert.equal(midnight(now, -1, "America/Cayenne"), "2026-10-24T03:00:00Z");
});
test("people type moments in several ways, and nonsense is none", () => {
	for (const text of ["24/10/2026 12:00", "24.10.2026 12h00", "2026-10-24 12:00", "2026-10-24T12:00", " 24/10/2026,  12:00 ", "24/10/2026 à 12h"]) assert.equal(parseTyped(text), "2026-10-24T12:00", text);
	assert.equal(parseTyped("1/2/2026"), "2026-02-01T00:00", "the day comes first");
	for (const text of ["", "31/02/2026 10:00", "24/10/2026 24:00", "10/24/2026 10:00", "24/10/26", "tomorrow", "24/10/2026 12:60"]) assert.equal(parseTyped(text), undefined, text);
	assert.equal(typed("2026-10-27T10:00:00Z", PARIS), "27/10/2026 11:00");
	assert.equal(typed("", PARIS), "");
});
test("spans have their two largest units", () => {
	assert.equal(formatSpan(72 * 3600_000, "fr"), "3\u00a0j");
	assert.equal(formatSpan(26 * 3600_000 + 60_000, "en"), "1\u00a0d 2\u00a0h");
	assert.equal(formatSpan(-(3 * 3600_000 + 5 * 60_000), "en"), "3\u00a0h 5\u00a0min");
	assert.equal(formatSpan(400, "en"), "0\u00a0s");
});
test("a clock is late from the second of its deadline", () => {
	const now = Date.parse("2026-10-27T10:00:00Z");
	assert.equal(urgency("2026-10-27T09:59:59Z", now), "late");
	assert.equal(urgency("2026-10-27T10:00:00Z", now), "soon");
	assert.equal(urgency("2026-10-27T14:00:00Z", now), "near");
	assert.equal(urgency("2026-10-28T10:00:00Z", now), "far");
});
test("an address of a page survives everything that people may search for", () => {
	for (const q of ["a&b=c", "100 %", "é ✓", "#/x?y", "<script>", "a+b"]) {
		assert.deepEqual(parsePlace(href(["events", q], { q })), { path: ["events", q], query: Object.assign(Object.create(null), { q }) });
	}
	assert.deepEqual(parsePlace("#/x?__proto__=1").query.toString, undefined, "a query has no inherited names");
	assert.deepEqual(parsePlace("#/%E0%A4%A/x").path, ["%E0%A4%A", "x"], "a broken escape stays as it is");
});
test("values that are missing are no part of a query", () => {
	assert.equal(withQuery("/api/x", { a: "", b: undefined, c: 0, d: false, e: "ü&" }), "/api/x?c=0&e=%C3%BC%26");
});
test("numbers choose their words, and English and French disagree about zero", () => {
	assert.equal(fill("{n} {n?alert|alerts}", { n: 0 }, "en"), "0 alerts");
	assert.equal(fill("{n} {n?alerte|alertes}", { n: 0 }, "fr"), "0 alerte");
	assert.equal(fill("{n} {n?alert|alerts}", { n: 1 }, "en"), "1 alert");
	assert.equal(fill("{who} {unknown}", { who: "{n}" }, "en"), "{n} {unknown}", "a value is not filled again");
});
test("French punctuation does not begin a line", () => {
	assert.equal(french("Pourquoi ? « oui » : 5 %"), "Pourquoi\u202f? «\u00a0oui\u00a0»\u00a0: 5\u00a0%");
	assert.equal(french("d'un l'autre"), "d’un l’autre");
});
test("a file name from a server leaves no folder", () => {
	assert.equal(fileName('attachment; filename="../../etc/passwd"', "/api/x"), ".._.._etc_passwd");
	assert.equal(fileName(null, "/api/incidents/INC-1/export/csv?x=1"), "csv");
});
test("letters typed into a field are no shortcuts", () => {
	assert.equal(isTyping({ tagName: "INPUT", type: "search" } as unknown as EventTarget), true);
	assert.equal(isTyping({ tagName: "INPUT", type: "checkbox" } as unknown as EventTarget), false);
	assert.equal(isTyping({ tagName: "BUTTON" } as unknown as EventTarget), false);
});
test("what the stream says is read as data that may be anything", () => {
	assert.deepEqual(topicsOf('{"type":"changed","what":["incidents",7]}'), ["incidents"]);
	assert.deepEqual(topicsOf("nonsense"), []);
	assert.deepEqual(topicsOf("null"), []);
});
test("each role begins on its own page, and never on one that it may not open", () => {
	const all = ["incident.read", "alert.read", "journal.read", "report.read", "user.admin"];
	assert.equal(firstPage("technician", all), "incidents");
	assert.equal(firstPage("manager", all), "today");
	assert.equal(firstPage("dpo", all), "clocks");
	assert.equal(firstPage("auditor", all), "journal");
	assert.equal(firstPage("admin", ["user.admin"]), "users");
	assert.equal(firstPage("auditor", ["report.read"]), "documents");
	assert.equal(firstPage("anything", []), "account");
});
test("names are found whatever accents and capitals", () => {
	assert.equal(matches("Événements", "even"), true);
	assert.equal(matches("Search the events", "the EVE"), true);
	assert.equal(matches("Alerts", "alerts x"), false);
});
test("bytes have units of thousands", () => {
	assert.equal(formatBytes(999, "en"), "999\u00a0B");
	assert.equal(formatBytes(999_600, "en"), "1\u00a0MB");
	assert.equal(formatBytes(1500, "fr"), "1,5\u00a0ko");
});
