// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { words } from "../src/i18n/words.ts";

declare const WEB: string;

function sources(folder: string): string[] {
	return readdirSync(folder, { withFileTypes: true }).flatMap((e) => {
		const path = join(folder, e.name);
		return e.isDirectory() ? sources(path) : /\.tsx?$/.test(e.name) ? [path] : [];
	});
}
const files = sources(join(WEB, "src")).map((path) => ({ path, text: readFileSync(path, "utf8") }));
const code = files.filter((f) => !f.path.includes("/i18n/"));
const placeholders = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[?}]/g)].map((m) => m[1]))].sort().join(" ");
// The same in both languages.
const SAME = /^(Beffroi|(\{n\} )?incidents|Causes?|Ishikawa|Reconnaissance|Exfiltration|Impact|Capture.*|STIX 2.1|Technique|Organisation|Port|\{ms\} ms|Incidents?|Exceptions?|Documents?|Journal|Machines?|Menu|Pages?|Source|Type|Action|Actions|Notes?|Code|Date|Port|Pause|Protocol|Description|[A-Z/ .-]+|\W*|TLP.*|.*\bINC-.*)$/;

test("every word has English and French, with the same values", () => {
	for (const [key, [en, fr]] of Object.entries(words)) {
		assert.ok(en.trim() !== "" && fr.trim() !== "", key);
		assert.equal(placeholders(en), placeholders(fr), key);
		assert.ok(en !== fr || SAME.test(en), `${key}: not translated: ${en}`);
	}
});
test("no area says a word that another area says too", () => {
	const seen = new Set<string>();
	for (const file of files.filter((f) => f.path.includes("/i18n/")))
		for (const m of file.text.matchAll(/^\t"([\w.-]+)": \[/gm)) {
			assert.ok(!seen.has(m[1] as string), `${m[1]} is there twice`);
			seen.add(m[1] as string);
		}
	assert.equal(seen.size, Object.keys(words).length);
});
test("no page writes words of its own", () => {
	for (const { path, text } of code.filter((f) => f.path.endsWith(".tsx"))) {
		const bare = text.replace(/^\s*\/\/.*$/gm, "").replace(/\/\*[\s\S]*?\*\//g, "");
		// Text between tags; what looks like a type argument is not.
		for (const m of bare.matchAll(/<[A-Za-z][^<>{}]*>([^<>{}]*[A-Za-zÀ-ÿ]{3,}[^<>{}]*)<\//g)) {
			const said = (m[1] as string).trim();
			assert.ok(/^(beffroi [\w -]+|Français|English|Ctrl|Enter|Esc)$/.test(said) || /^beffroi .*[A-Z]+$/.test(said), `${path}: ${said}`);
		}
		for (const m of bare.matchAll(/\b(?:aria-label|title|placeholder|label|hint|alt)="([^"]*[A-Za-zÀ-ÿ]{3,}[^"]*)"/g)) assert.ok(m[1] === "INC-…", `${path}: ${m[1]}`);
	}
});
test("nothing from outside can become markup or code", () => {
	const forbidden = /\binnerHTML\b|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|\beval\(|new Function|srcdoc|javascript:|DOMParser|createContextualFragment/;
	for (const { path, text } of files) assert.ok(!forbidden.test(text), `${path}: ${forbidden.exec(text)?.[0]}`);
});
test("nothing is asked of another host", () => {
	for (const { path, text } of files)
		for (const m of text.matchAll(/https?:\/\/[^\s"'`)]+/g)) assert.ok(m[0].startsWith("http://www.w3.org/"), `${path}: ${m[0]}`);
	const html = readFileSync(join(WEB, "static/index.html"), "utf8");
	assert.ok(!/https?:|style=|<style|<script>|\son\w+=/.test(html));
});
test("every word is used", () => {
	const all = code.map((f) => f.text).join("\n");
	// Families whose last part is a value: t(`need.${kind}`).
	const families = [...all.matchAll(/[`"]([\w.-]+\.)\$\{/g)].map((m) => m[1] as string);
	for (const key of Object.keys(words)) {
		const used = all.includes(`"${key}"`) || families.some((f) => key.startsWith(f));
		assert.ok(used, `${key} is nowhere used`);
	}
});
