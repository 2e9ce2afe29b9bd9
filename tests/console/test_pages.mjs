// SPDX-License-Identifier: AGPL-3.0-or-later
// Names that attack, a phone, and each document.
import { readFileSync } from "node:fs";
import { axe, check, goTo, inHouse, settled, sideways } from "./harness.mjs";

const HOSTILE = [
	`<img src=x onerror="document.title='owned'">`, `<script>document.title='owned'</script>`, `"><svg onload=document.title='owned'>`, `{{constructor.constructor('document.title="owned"')()}}`,
	`javascript:document.title='owned'`, `=HYPERLINK("http://attacker.example")`, `\u202egnp.exe`, "x".repeat(150),
];

async function hostile(house) {
	let id = "";
	for (const [n, title] of HOSTILE.entries()) {
		const said = house.run("incident", "open", title, "category=infected-system", `severity=${(n % 4) + 1}`, `reporter=${title}`, "--as", `<b>${n}</b>`, "--format", "json");
		id = /INC-[0-9a-f]+/.exec(said)[0];
		house.run("incident", "log", id, title, "--as", "<i>x</i>");
		house.run("incident", "cause", id, title, "--as", "x");
		house.run("incident", "task", id, title, "--as", "x");
		if (n === 0) var first = id;
	}
	const page = await house.person("hugo", "expert", { lang: "en" });
	const places = ["today", "incidents?state=all", ...["", "/timeline", "/tasks", "/causes", "/causes?view=fish", "/causes?view=whys", "/chain", "/actions"].map((tab) => `incidents/${first}${tab}`), "journal", "documents",
		`incidents?q=${encodeURIComponent(HOSTILE[0])}`, `events?q=${encodeURIComponent(HOSTILE[1])}`];
	for (const path of places) {
		await goTo(page, path);
		const markup = await page.evaluate(() => document.querySelectorAll("main img, main script, main [onerror], main [onload], main a[href^='javascript:']").length);
		check(`hostile names are text on ${path.slice(0, 60)}`, markup === 0 && (await page.title()) !== "owned");
	}
	await goTo(page, `incidents/${first}`);
	check("and are shown as they are", (await page.locator("h1").innerText()) === HOSTILE[0], await page.locator("h1").innerText());
	check("no fault, no other host asked", page.faults.length === 0, page.faults);
	await page.context().close();
}

async function phone(house) {
	const page = await house.person("paula", "expert", { lang: "fr", phone: true });
	const { incidents } = await page.evaluate(async () => (await fetch("/api/incidents?state=open")).json());
	const id = incidents.find((i) => i.is_written)?.id;
	for (const path of ["today", "incidents?state=all", "incidents/new", ...["story", "timeline", "tasks", "evidence", "causes", "causes?view=fish", "actions", "clocks", "chain", "documents"].map((tab) => `incidents/${id}/${tab}`),
		"clocks", "alerts", "rules", "exceptions", "events", "assets", "assets?view=map", "traffic", "documents", "journal", "settings", "account"]) {
		await goTo(page, path);
		const by = await sideways(page);
		check(`a phone shows ${path} without scrolling sideways`, by <= 0, `${by} pixels`);
		if (["today", "incidents?state=all", "alerts", "journal"].includes(path)) {
			const found = await axe(page);
			check(`${path} is accessible on a phone`, found.length === 0, found);
		}
	}
	await page.locator(".menu-button").click();
	check("the menu opens", await page.locator("nav.nav.open").isVisible());
	await page.locator("nav.nav.open a[href='#/journal']").click();
	await settled(page);
	check("and closes when one goes", !(await page.locator("nav.nav.open").isVisible()));
	const small = await page.evaluate(() => [...document.querySelectorAll("main button, main a.button, .tabs-bottom a")].filter((e) => { const r = e.getBoundingClientRect(); return r.width > 0 && (r.height < 24 || r.width < 24); }).map((e) => e.textContent));
	check("what one touches is large enough", small.length === 0, small);
	check("no fault", page.faults.length === 0, page.faults);
	await page.context().close();
}

/** Each button saves something that is what it says. */
const BEGINS = { pdf: "%PDF", xlsx: "PK", odt: "PK", docx: "PK", html: "<!doctype html", json: "{", csv: "", stix: "{", misp: "{", iodef: "<", pcap: "" };

async function documents(house) {
	const page = await house.person("dora", "expert", { lang: "fr" });
	const { incidents } = await page.evaluate(async () => (await fetch("/api/incidents?state=open")).json());
	const id = incidents.find((i) => i.is_written && i.alerts > 0)?.id;
	let saved = 0;
	const seen = new Set();
	for (const path of [`incidents/${id}/documents`, `documents?id=${id}`]) {
		await goTo(page, path);
		await page.waitForFunction(() => document.querySelector(".doc button"));
		const buttons = page.locator(".doc button");
		for (let i = 0, n = await buttons.count(); i < n; i++) {
			const label = (await buttons.nth(i).innerText()).replace(/\s+/g, " ");
			if (seen.has(label)) continue; // the same document, offered on both pages
			seen.add(label);
			const ask = async () => {
				const answered = page.waitForResponse((r) => /\/api\/(reports|incidents\/[^/]+\/export)\//.test(r.url()));
				const download = page.waitForEvent("download", { timeout: 10_000 }).catch(() => null);
				await buttons.nth(i).click();
				const response = await answered;
				return { response, file: response.ok() ? await download : null };
			};
			// A busy browser has been seen to lose one of many downloads: it may be asked once more, as a person would.
			let { response, file } = await ask();
			if (response.ok() && !file) ({ response, file } = await ask());
			const format = /export\/(\w+)/.exec(response.url())?.[1] ?? new URL(response.url()).searchParams.get("format");
			if (!response.ok()) {
				const told = await page.locator(".toast.bad").last().innerText();
				// A converter that is not installed is told, with its name.
				check(`${label}: saved, or told what is missing`, /weasyprint|pandoc/i.test(told), `${response.status()} ${told}`);
				await page.locator(".toast.bad button").last().click();
				continue;
			}
			const bytes = readFileSync(await file.path());
			check(`${label}: ${file.suggestedFilename()}`, bytes.length > 50 && bytes.subarray(0, 15).toString("latin1").toLowerCase().startsWith((BEGINS[format] ?? "").toLowerCase()), bytes.subarray(0, 40).toString("latin1"));
			saved++;
			await page.waitForFunction(() => !document.querySelector(".doc button[disabled]"));
		}
	}
	check("documents were saved", saved >= 10, saved);
	await goTo(page, `incidents/${id}/evidence`);
	const pcap = page.waitForEvent("download");
	await page.locator(".grid-side > .card button").first().click();
	const capture = readFileSync(await (await pcap).path());
	check("the packets of an alert are a capture", ["d4c3b2a1", "4d3cb2a1", "a1b2c3d4", "0a0d0d0a"].includes(capture.subarray(0, 4).toString("hex")), capture.subarray(0, 4).toString("hex"));
	check("no fault", page.faults.length === 0, page.faults);
	await page.context().close();
}

await inHouse({ lang: "fr" }, async (house) => {
	await hostile(house);
	await phone(house);
	await documents(house);
});
