// SPDX-License-Identifier: AGPL-3.0-or-later
// Every page as every role: where it begins, what it shows, what it refuses and how it says so; nothing that axe objects to,
// in light and dark, French and English.
import { axe, check, errorsShown, goTo, inHouse, settled } from "./harness.mjs";

const PAGES = {
	today: "incident.read", incidents: "incident.read", clocks: "incident.read", alerts: "alert.read", rules: "alert.read", exceptions: "alert.read", events: "event.read", assets: "asset.read", traffic: "event.read",
	documents: "report.read", figures: "incident.read", journal: "journal.read", settings: "settings.read", users: "user.admin", account: "",
};
const ROLES = [
	{ role: "technician", begins: "incidents", theme: "light", lang: "fr" },
	{ role: "manager", begins: "today", theme: "dark", lang: "fr" },
	{ role: "dpo", begins: "clocks", theme: "light", lang: "en" },
	{ role: "auditor", begins: "journal", theme: "dark", lang: "en" },
	{ role: "admin", begins: "users", theme: "light", lang: "fr" },
	{ role: "candidate", begins: "incidents", theme: "dark", lang: "en" },
];

async function look(page, path, who) {
	await goTo(page, path);
	const errors = await errorsShown(page);
	check(`${who}: ${path} shows no error`, errors.length === 0, errors);
	const found = await axe(page);
	check(`${who}: ${path} is accessible`, found.length === 0, found);
}

async function asRole(house, { role, begins, theme, lang }) {
	const who = `${role}, ${theme}, ${lang}`;
	const page = await house.person(`the.${role}`, role, { display: `The ${role}`, theme, lang });
	await page.waitForFunction(() => location.hash.length > 2);
	check(`${who}: begins at ${begins}`, new URL(page.url()).hash === `#/${begins}`, page.url());
	const session = await page.evaluate(async () => (await fetch("/api/session")).json());
	for (const [id, right] of Object.entries(PAGES)) {
		const may = right === "" || session.user.rights.includes(right);
		const shown = (await page.locator(`nav.nav a[href="#/${id}"]`).count()) > 0;
		check(`${who}: ${id} is ${may ? "" : "not "}in the list of pages`, shown === may);
		if (may) await look(page, id, who);
		else {
			await goTo(page, id);
			const said = await page.locator("main .note.warn").allInnerTexts();
			check(`${who}: ${id} is refused, and the refusal says why and who can change it`, said.length === 1 && said[0].includes(right), said);
		}
	}
	// No page leads to one that would be refused.
	if (session.user.rights.includes("incident.read")) {
		const { incidents } = await page.evaluate(async () => (await fetch("/api/incidents")).json());
		for (const path of incidents.length > 0 ? ["today", `incidents/${incidents[0].id}`, `incidents/${incidents[0].id}/chain`, `incidents/${incidents[0].id}/clocks`] : []) {
			await goTo(page, path);
			const links = await page.locator("main a[href^='#/']").evaluateAll((all) => all.map((a) => a.getAttribute("href").slice(2).split(/[/?]/)[0]));
			const refused = [...new Set(links)].filter((id) => PAGES[id] && !session.user.rights.includes(PAGES[id]));
			check(`${who}: ${path} leads nowhere that is refused`, refused.length === 0, refused);
		}
	}
	check(`${who}: no fault`, page.faults.length === 0, page.faults);
	await page.context().close();
}

async function asExpert(house, theme, lang) {
	const who = `expert, ${theme}, ${lang}`;
	const page = await house.person(`expert.${lang}`, "expert", { display: "Ada Expert", theme, lang });
	const { incidents } = await page.evaluate(async () => (await fetch("/api/incidents?state=open")).json());
	const id = incidents.find((i) => i.is_written)?.id ?? incidents[0].id;
	const alerts = await page.evaluate(async () => (await fetch("/api/alerts?limit=1")).json());
	const assets = await page.evaluate(async () => (await fetch("/api/assets?limit=1")).json());
	const paths = [
		...Object.keys(PAGES).filter((p) => p !== "users"), "incidents?state=all", "incidents/new", ...["story", "timeline", "tasks", "evidence", "causes", "causes?view=fish", "causes?view=whys", "actions", "clocks", "chain", "documents", "notice/gdpr"].map((tab) => `incidents/${id}/${tab}`),
		`alerts/${alerts.alerts?.[0]?.id}`, `assets/${assets.assets?.[0]?.id}`, "assets?view=map", "events?q=dns", `trace/${alerts.alerts?.[0]?.id}`, "nowhere",
	];
	for (const path of paths.filter((p) => p !== "nowhere")) await look(page, path, who);
	await goTo(page, "nowhere");
	check(`${who}: a page that is none says so`, (await page.locator("main a.button").count()) === 1);
	// What opens over a page.
	await goTo(page, `incidents/${id}`);
	const head = page.locator("main .card").first();
	const more = head.getByRole("button", { name: /^(Plus|More)$/ });
	const ways = [["edit", () => head.getByRole("button", { name: /^(Modifier|Change)$/ }).click()], ["next step", () => head.getByRole("button", { name: /^(Étape suivante|Next step)$/ }).click()]];
	await more.click();
	const count = await page.locator("#more-menu button").count();
	await page.keyboard.press("Escape");
	for (let i = 0; i < count; i++)
		ways.push([`menu ${i}`, async () => {
			await more.click();
			await page.locator("#more-menu button").nth(i).click();
		}]);
	check(`${who}: the menu has the rarer actions`, count >= 4, count);
	for (const [name, open] of ways) {
		await open();
		await page.locator("dialog[open]").waitFor();
		const found = await axe(page);
		check(`${who}: the dialog of ${name} is accessible`, found.length === 0, found);
		await page.keyboard.press("Escape");
		await page.locator("dialog[open]").waitFor({ state: "detached" });
		const back = await page.evaluate(() => document.activeElement?.tagName);
		check(`${who}: the focus goes back where it was after ${name}`, back === "BUTTON", back);
	}
	await page.keyboard.press("Control+k");
	await page.locator("dialog[open] [role=option]").first().waitFor();
	const found = await axe(page);
	check(`${who}: the palette is accessible`, found.length === 0, found);
	await page.keyboard.press("Escape");
	check(`${who}: no page reads more than 100 kB of JSON at once`, page.heaviest.bytes > 1000 && page.heaviest.bytes < 100_000, page.heaviest);
	check(`${who}: the page says its language`, (await page.evaluate(() => document.documentElement.lang)) === lang);
	check(`${who}: no fault`, page.faults.length === 0, page.faults);
	await page.context().close();
}

async function gate(house) {
	const page = await house.visitor();
	await page.goto(house.link);
	await settled(page);
	check("the first link is accessible", (await axe(page)).length === 0, await axe(page));
	await page.goto(`${house.base}/`);
	await page.reload();
	await settled(page);
	const found = await axe(page);
	check("the log in is accessible", found.length === 0, found);
	await page.locator("input[name=name]").fill("nobody");
	await page.locator("input[name=password]").fill("wrong password, surely");
	await page.locator("button[type=submit]").click();
	await page.locator(".note.bad[role=alert]").waitFor();
	check("a wrong password is told without saying which part was wrong", (await page.locator(".note.bad").innerText()).length > 10);
	check("no fault", page.faults.length === 0, page.faults);
	await page.context().close();
}

// The expert, who may open every page, has a house of his own: two halves of one test, side by side.
const only = process.argv[5];
await inHouse({ lang: "fr" }, async (house) => {
	if (only !== "expert") {
		for (const how of ROLES) await asRole(house, how);
		await gate(house);
	}
	if (only !== "roles") {
		await asExpert(house, "light", "fr");
		await asExpert(house, "dark", "en");
	}
});
