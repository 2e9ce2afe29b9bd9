// SPDX-License-Identifier: AGPL-3.0-or-later
// A technician triages the inbox without a mouse; an expert runs an incident from its first line to its closing with the root cause; a clock is watched.
import { check, goTo, inHouse, settled } from "./harness.mjs";

/** As people in Paris type it: 24/10/2026 12:00. */
function typed(date) {
	return new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris", dateStyle: "short", timeStyle: "short" }).format(date);
}

async function fill(page, fields) {
	const dialog = page.locator("dialog[open]");
	for (const [name, value] of Object.entries(fields)) {
		const field = dialog.locator(`[name="${name}"]`);
		if ((await field.evaluate((f) => f.tagName)) === "SELECT") await field.selectOption(value);
		else await field.fill(value);
	}
	await dialog.locator("button[type=submit]").click();
	await page.waitForFunction(() => !document.querySelector("dialog[open]") || document.querySelector("dialog[open] [role=alert]"));
	return (await dialog.count()) === 0 ? "" : dialog.locator("[role=alert]").first().innerText();
}

async function triage(house) {
	const page = await house.person("tara", "technician", { display: "Tara Triage", lang: "en" });
	check("a technician begins at the inbox", new URL(page.url()).hash === "#/incidents", page.url());
	const rows = page.locator("main tbody tr");
	await rows.first().waitFor();
	await goTo(page, "incidents?state=all");
	await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length > 2);
	const chosen = (n) => page.waitForFunction((at) => [...document.querySelectorAll("main tbody tr")].findIndex((r) => r.classList.contains("at")) === at, n);
	await page.keyboard.press("j");
	await chosen(1);
	await page.keyboard.press("k");
	await chosen(0);
	check("j goes down, k goes up", true);
	await goTo(page, "incidents?state=new");
	const first = await rows.first().locator("a").innerText();
	await page.keyboard.press("o");
	await page.waitForFunction(() => /tara/.test(document.querySelector("tr.at")?.textContent ?? ""));
	check("o takes it, and it shows at once", true);
	await page.keyboard.press("s");
	await page.locator("dialog[open]").waitFor();
	await page.keyboard.press("3");
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	await page.waitForFunction(() => document.querySelector("tr.at .sev3"));
	check("s and 3 make it serious", true);
	await page.reload();
	await settled(page);
	await page.waitForFunction(() => document.querySelector("tr.at .sev3") && /tara/.test(document.querySelector("tr.at")?.textContent ?? ""));
	check("what was done by keyboard is kept", true);
	await page.keyboard.press("?");
	await page.locator("dialog[open] kbd").first().waitFor();
	check("? shows the keys", (await page.locator("dialog[open] kbd").count()) > 8);
	await page.keyboard.press("Escape");
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	await page.keyboard.press("f");
	await page.locator("dialog[open] textarea").fill("A known certificate of the building's own controller");
	await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	await page.waitForFunction((title) => ![...document.querySelectorAll("main tbody tr a")].some((a) => a.textContent === title), first);
	check("f with a reason files it away", true);
	await page.keyboard.press("Control+k");
	await page.locator("dialog[open] input").fill("machines");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => location.hash.startsWith("#/assets"));
	await page.locator("dialog[open]").waitFor({ state: "detached" });
	check("the palette goes anywhere", true);
	await page.keyboard.press("g");
	await page.keyboard.press("t");
	await page.waitForFunction(() => location.hash === "#/today");
	check("g t goes to today", true);
	await settled(page);
	await page.keyboard.press("g");
	await page.keyboard.press("i");
	await page.waitForFunction(() => location.hash === "#/incidents");
	await settled(page);
	await goTo(page, "incidents?state=all");
	await page.keyboard.press("Enter");
	await page.waitForFunction(() => location.hash.startsWith("#/incidents/INC-"));
	await settled(page);
	check("Enter opens the line, with the focus on its title", await page.evaluate(() => document.activeElement?.tagName === "H1"));
	await page.keyboard.press("Tab");
	check("and the next Tab is in the content, past the list of pages", await page.evaluate(() => document.activeElement?.closest("main") !== null));
	await page.locator(".skip").focus();
	await page.keyboard.press("Enter");
	check("from the top of the page a link leads there too", (await page.evaluate(() => document.activeElement?.id)) === "main");
	// Several at once.
	for (const title of ["Noise one", "Noise two", "Noise three"]) house.run("incident", "open", title, "category=infected-system", "severity=1", "--as", "Nadia Ferrand");
	await goTo(page, "incidents?q=Noise");
	await page.locator("main tbody tr").nth(2).waitFor();
	await page.keyboard.press("x");
	await page.keyboard.press("j");
	await chosen(1);
	await page.keyboard.press("x");
	await page.locator(".bar").getByText("2 ticked").waitFor();
	await page.keyboard.press("o");
	await page.waitForFunction(() => [...document.querySelectorAll("main tbody tr")].filter((r) => r.textContent.includes("tara")).length === 2);
	check("x ticks several, and o takes them all", true);
	await page.locator("main tbody input[type=checkbox]").nth(0).check();
	await page.locator("main tbody input[type=checkbox]").nth(2).check();
	await page.locator(".bar").getByRole("button", { name: "File as false positive" }).click();
	await page.locator("dialog[open] textarea").fill("A test of the alarm");
	await page.locator("dialog[open] button[type=submit]").click();
	await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 1);
	check("and a mouse files several away with one reason", true);
	check("no fault", page.faults.length === 0, page.faults);
	await page.context().close();
}

async function wholeIncident(house) {
	const page = await house.person("eve.expert", "expert", { display: "Ève Experte", lang: "fr" });
	await page.keyboard.press("n");
	await page.waitForFunction(() => location.hash === "#/incidents/new");
	await page.locator("input[name=title]").fill("Une boîte aux lettres envoie des factures");
	await page.locator("select[name=category]").selectOption("fraud.phishing");
	await page.locator("input[name=severity][value='3']").check();
	await page.locator("main button[type=submit]").click();
	await page.waitForFunction(() => location.hash.startsWith("#/incidents/INC-"));
	await settled(page);
	const id = new URL(page.url()).hash.split("/")[2];
	const at = (tab) => goTo(page, `incidents/${id}/${tab}`);
	const state = async (to, why = "") => {
		await page.locator("main .buttons .primary").first().click();
		await page.locator(`dialog[open] input[value=${to}]`).check();
		return fill(page, why ? { state_why: why } : {});
	};
	check("five fields make an incident", (await page.locator("h1").innerText()) === "Une boîte aux lettres envoie des factures");
	check("it is qualified", (await state("qualified", "Trois personnes confirment")) === "");
	await page.waitForFunction(() => document.querySelector(".states .here")?.textContent?.includes("qualifié"));

	await at("tasks");
	await page.getByRole("button", { name: "Fiche réflexe" }).click();
	await page.locator("dialog[open] button.primary").click();
	await page.waitForFunction(() => document.querySelectorAll("main input[type=checkbox]").length > 3);
	await page.locator(".note.bad li").first().waitFor();
	check("the playbook of its category brings tasks, and a reflex card", true);
	await page.locator("main input[type=checkbox]").first().click();
	await page.waitForFunction(() => document.querySelector("main input[type=checkbox]:checked"));
	check("a task is ticked", true);

	await at("clocks");
	check("without awareness no clock runs", (await page.locator(".dial").count()) === 0);
	await page.locator("main .buttons button", { hasText: "Modifier" }).first().click();
	await page.getByRole("button", { name: "Données personnelles", exact: true }).click();
	check("personal data are concerned", (await fill(page, { personal_data: "yes" })) === "");
	await page.getByRole("button", { name: "Dire qui et quand" }).click();
	// 72 hours end in half an hour: the clock shows seconds.
	const aware = new Date(Date.now() - 71.5 * 3600_000);
	const local = typed(aware);
	check("awareness has a person, a time and a reason", (await fill(page, { by: "Ève Experte", at: local, why: "Appel d'un fournisseur" })) === "");
	const countdown = page.locator(".clock .countdown").first();
	await countdown.waitFor();
	const before = await countdown.innerText();
	check("the clock counts down from awareness", /^reste (29|30)\s?min/.test(before.replace(/\u00a0/g, " ")), before);
	await page.waitForFunction((text) => document.querySelector(".clock .countdown")?.textContent !== text, before);
	check("and moves while one watches", true);
	await page.getByRole("link", { name: /^Projet/ }).first().click();
	await page.locator(".draft .cites").first().waitFor();
	check("the draft of the notice cites its record, and asks for what is missing", (await page.locator(".draft .cites").count()) > 2 && (await page.locator(".draft .missing").count()) > 0);
	await at("clocks");
	await page.getByRole("button", { name: /^C’est envoyé/ }).first().click();
	const now = typed(new Date());
	check("the notice was sent, with its receipt", (await fill(page, { sent: now, to: "CNIL", reference: "FR-2026-1" })) === "");
	await page.locator(".clock .good", { hasText: "envoyé" }).first().waitFor();

	await at("evidence");
	await page.locator("main .card-head button.primary").click();
	check("evidence is registered", (await fill(page, { title: "Courriel avec ses en-têtes", sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", place: "Coffre" })) === "");
	await at("causes");
	await page.locator("main .card-head button.primary").click();
	check("a first cause", (await fill(page, { text: "Un mot de passe a été donné à un faux site", ishikawa: "methods" })) === "");
	await page.locator("main").getByRole("button", { name: /^Pourquoi/ }).click();
	const refused = await fill(page, { text: "Erreur humaine", root: "yes" });
	check("a human error is refused as the last cause, in plain words", /personne|erreur/i.test(refused), refused);
	const proof = await page.locator("dialog[open] select[name=proof] option").nth(1).getAttribute("value");
	check("what made it possible is accepted", (await fill(page, { text: "La messagerie ne demandait pas de second facteur", root: "yes", nature: "technical", ishikawa: "equipment", proof })) === "");
	await page.locator(".cause-box.root").waitFor();
	check("it hangs below the one that it explains", (await page.locator(".cause .cause .cause-box.root").count()) === 1);
	for (const [view, where] of [["5 pourquoi", ".whys"], ["Ishikawa", ".fish-text"], ["Arbre", ".cause-box"]]) {
		await page.getByRole("button", { name: view }).click();
		await page.locator(where, { hasText: /second/ }).first().waitFor();
	}
	check("the same causes as 5 whys, Ishikawa and tree, each with its address", page.url().includes("view=tree"));

	check("it is contained", (await state("contained", "Sessions fermées")) === "");
	check("then eradicated", (await state("eradicated")) === "");
	check("then recovered", (await state("recovered")) === "");
	const early = await state("closed");
	check("it cannot close before each root cause has its action", early !== "", early);
	await page.keyboard.press("Escape");
	await at("actions");
	await page.getByRole("button", { name: "Action", exact: true }).click();
	const cause = page.locator("dialog[open] select[name=cause] option", { hasText: "second facteur" });
	check("an action against the root cause", (await fill(page, { title: "Second facteur pour tous", type: "corrective", cause: await cause.getAttribute("value") })) === "");
	await page.getByRole("button", { name: /^Modifier Second facteur/ }).click();
	const noProof = await fill(page, { state: "closed" });
	check("it cannot close without a proof and a check of its effect", noProof !== "", noProof);
	check("with both it does", (await fill(page, { state: "closed", proof, effect: "Essai de connexion refusé", effect_by: "Karim", effect_ok: "yes" })) === "");
	await page.getByRole("button", { name: "Leçon" }).click();
	check("a lesson is kept", (await fill(page, { text: "Le fournisseur a prévenu avant nous", type: "went-less-well" })) === "");
	check("now it closes", (await state("closed", "Tout est fait")) === "");
	await page.waitForFunction(() => document.querySelector(".states .here")?.textContent?.includes("clos"));
	await at("timeline");
	check("the timeline has all of it", (await page.locator(".timeline li").count()) > 8);
	await at("chain");
	check("and the chain its graph", (await page.locator(".chain-node").count()) > 3);
	check("no fault", page.faults.length === 0, page.faults);
	await page.context().close();
}

/** What one does is seen by the other, without a reload. */
async function live(house) {
	const watching = await house.person("lea", "expert", { lang: "fr" });
	await goTo(watching, "incidents?state=all");
	const before = await watching.locator("main tbody tr").count();
	house.run("incident", "open", "Un écran étrange", "category=infected-system", "severity=2", "--as", "Nadia Ferrand");
	await watching.waitForFunction((n) => document.querySelectorAll("main tbody tr").length > n, before);
	check("what is written elsewhere appears by itself", true);
	// A proxy that lets no stream pass: the page asks again by itself.
	await watching.clock.install();
	await watching.route("**/api/stream*", (route) => route.abort());
	await watching.reload();
	await watching.locator(".live.poll").waitFor({ state: "attached" });
	await settled(watching);
	const now = await watching.locator("main tbody tr").count();
	house.run("incident", "open", "Un second écran étrange", "category=infected-system", "severity=2", "--as", "Nadia Ferrand");
	await watching.clock.fastForward(21_000);
	await watching.locator("main tbody tr").nth(now).waitFor();
	check("without the stream too, within 20 seconds", true);
	await watching.context().close();
}

await inHouse({ lang: "fr" }, async (house) => {
	await triage(house);
	await wholeIncident(house);
	await live(house);
});
