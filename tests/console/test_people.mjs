// SPDX-License-Identifier: AGPL-3.0-or-later
// The first link, accounts made by the administrator, the second factor, tokens, an incident that is not for everyone, and a session that ends.
import { createHmac } from "node:crypto";
import { check, goTo, inHouse, PASSWORD, settled } from "./harness.mjs";

/** RFC 6238: what an authenticator shows at a moment. */
function code(secret, at = Date.now()) {
	const bits = [...secret.replace(/[\s=]/g, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
	const digest = createHmac("sha1", key).update(counter).digest();
	const from = digest[19] & 15;
	return String((digest.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

async function byLink(page, address) {
	await page.goto(address);
	await page.locator("input[autocomplete=new-password]").first().fill(PASSWORD);
	await page.locator("input[autocomplete=new-password]").nth(1).fill(PASSWORD);
	await page.locator("button[type=submit]").click();
	await page.locator("nav.nav").waitFor({ state: "attached" });
	await settled(page);
}

async function logIn(page, house, name) {
	await page.goto(`${house.base}/`);
	await page.locator("input[name=name]").fill(name);
	await page.locator("input[name=password]").fill(PASSWORD);
	await page.locator("button[type=submit]").click();
}

await inHouse({ lang: "en" }, async (house) => {
	const admin = await house.visitor({ locale: "en-GB" });
	await admin.goto(house.link);
	await admin.locator("input[autocomplete=new-password]").first().fill("short");
	await admin.locator("input[autocomplete=new-password]").nth(1).fill("short");
	await admin.locator("button[type=submit]").click();
	await admin.locator(".wrong, .note.bad").first().waitFor();
	check("a password that is too short is refused, and said beside its field", (await admin.locator(".wrong").count()) === 1);
	await admin.locator("input[autocomplete=new-password]").first().fill(PASSWORD);
	await admin.locator("input[autocomplete=new-password]").nth(1).fill(PASSWORD);
	await admin.locator("button[type=submit]").click();
	await admin.waitForFunction(() => location.hash === "#/users");
	await settled(admin);
	check("the first link leads to the accounts", true);

	await admin.getByRole("button", { name: "New account" }).click();
	const dialog = admin.locator("dialog[open]");
	await dialog.locator("[name=name]").fill("nora.new");
	await dialog.locator("[name=display]").fill("Nora New");
	await dialog.locator("[name=role]").selectOption("expert");
	await dialog.locator("[name=language]").selectOption("en");
	await dialog.locator("button[type=submit]").click();
	const link = await admin.locator("dialog[open] code").innerText();
	check("an account is made, with a link to hand over", link.startsWith(`${house.base}/#/link/`), link);
	await admin.keyboard.press("Escape");
	await admin.locator("tbody tr", { hasText: "nora.new" }).waitFor();

	const nora = await house.visitor({ locale: "en-GB" });
	await byLink(nora, link);
	check("the link lets its owner in", new URL(nora.url()).hash === "#/incidents", nora.url());
	const again = await house.visitor({ locale: "en-GB" });
	await again.goto(link);
	await settled(again);
	await again.locator("input[autocomplete=new-password]").first().fill(PASSWORD);
	await again.locator("input[autocomplete=new-password]").nth(1).fill(PASSWORD);
	await again.locator("button[type=submit]").click();
	await again.locator("[role=alert]").first().waitFor();
	check("and nobody a second time", (await again.locator("nav.nav").count()) === 0);
	await again.context().close();

	await goTo(nora, "account");
	await nora.getByRole("button", { name: "Set it up" }).click();
	const secret = await nora.locator("code.secret").innerText();
	check("the second factor has a picture for a telephone", (await nora.locator("svg.qr").count()) === 1);
	await nora.locator("input[name=code]").fill(code(secret));
	await nora.getByRole("button", { name: "Switch it on" }).click();
	await nora.locator(".note.warn li").first().waitFor();
	check("it is on, with codes for a lost telephone", (await nora.locator(".note.warn li").count()) >= 8);
	const recovery = await nora.locator(".note.warn li").first().innerText();

	await nora.getByRole("button", { name: "New token" }).click();
	await nora.locator("dialog[open] [name=name]").fill("supervision");
	await nora.locator("dialog[open] label", { hasText: "read alerts" }).locator("input").check();
	await nora.locator("dialog[open] button[type=submit]").click();
	const token = await nora.locator(".note.good code").innerText();
	const asProgram = (path) => nora.evaluate(async ([to, bearer]) => (await fetch(to, { credentials: "omit", headers: { Authorization: `Bearer ${bearer}` } })).status, [path, token]);
	check("a token opens what it may", (await asProgram("/api/alerts")) === 200);
	check("and nothing else", (await asProgram("/api/incidents")) === 403);
	await nora.getByRole("button", { name: /^End supervision/ }).click();
	await nora.waitForFunction(() => ![...document.querySelectorAll("button")].some((b) => b.textContent.includes("supervision")));
	check("ended, it opens nothing", (await asProgram("/api/alerts")) === 401);

	await nora.locator("main").getByRole("button", { name: "Log out" }).click();
	await nora.locator("input[name=password]").waitFor();
	await logIn(nora, house, "nora.new");
	await nora.locator("input[name=totp]").waitFor();
	check("the password alone does not let in", (await nora.locator("nav.nav").count()) === 0);
	await nora.locator("input[name=totp]").fill("000000");
	await nora.locator("button[type=submit]").click();
	await nora.locator(".note.bad[role=alert]").waitFor();
	await nora.locator("input[name=totp]").fill(recovery);
	await nora.locator("button[type=submit]").click();
	await nora.locator("nav.nav").waitFor({ state: "attached" });
	check("a recovery code does, in place of the telephone", true);

	// An incident for her eyes only.
	await settled(nora);
	await goTo(nora, "incidents?state=open");
	await nora.locator("main tbody tr").first().waitFor();
	await nora.keyboard.press("Enter");
	await nora.waitForFunction(() => location.hash.startsWith("#/incidents/INC-"));
	await settled(nora);
	const id = new URL(nora.url()).hash.split("/")[2];
	await nora.getByRole("button", { name: "More", exact: true }).click();
	await nora.getByRole("button", { name: "Who may see it" }).click();
	await nora.locator("dialog[open] input").fill("nora.new");
	await nora.locator("dialog[open] button[type=submit]").click();
	await nora.locator("dialog[open]").waitFor({ state: "detached" });
	await nora.locator(".tag", { hasText: "restricted" }).waitFor();
	const other = await house.person("omar", "expert", { lang: "en" });
	await goTo(other, `incidents/${id}`);
	check("for a colleague a restricted incident does not exist", (await other.locator("main [role=alert]").count()) === 1);
	await goTo(other, "incidents?state=all");
	await other.locator("main tbody tr, main .empty").first().waitFor();
	check("not in the list either", (await other.locator(`a[href="#/incidents/${id}"]`).count()) === 0);

	// The account is closed while its owner works.
	await admin.locator("tbody tr", { hasText: "omar" }).waitFor({ timeout: 1 }).catch(() => admin.reload());
	await settled(admin);
	await admin.locator("tbody tr", { hasText: "omar" }).getByRole("button").click();
	await admin.locator("dialog[open] input[name=active]").uncheck();
	await admin.locator("dialog[open] button[type=submit]").click();
	await admin.locator("dialog[open]").waitFor({ state: "detached" });
	await other.evaluate(() => { location.hash = "#/alerts"; });
	await other.locator("input[name=password]").waitFor();
	check("a session that is ended says so, and keeps the address for the next one", (await other.locator(".toast.bad").count()) === 1 && new URL(other.url()).hash === "#/alerts");
	for (const page of [admin, nora, other]) check("no fault", page.faults.length === 0, page.faults);
});
