// SPDX-License-Identifier: AGPL-3.0-or-later
// The real `beffroi serve` on a dossier of the demonstration, and a real browser in front of it.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { packages } from "../../web/packages.mjs";

const [beffroi, root] = process.argv.slice(2, 4).map((path) => resolve(path));
packages(join(root, "web"), true);
const require = createRequire(join(root, "web/package.json"));
const { chromium } = require("playwright-core");
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
export const PASSWORD = "une phrase longue et tranquille";
const WAIT = 30_000; // the machine may be busy: what is right appears long before

let failed = 0;
let passed = 0;
export function check(what, ok, detail = "") {
	if (ok) passed++;
	else failed++;
	console.log(`${ok ? "ok" : "not ok"} - ${what}${ok || detail === "" ? "" : `: ${typeof detail === "string" ? detail : JSON.stringify(detail)}`}`);
}

export class House {
	static async open({ lang = "fr" } = {}) {
		if (!CHROMIUM) {
			console.log("skipped: chromium is not installed");
			process.exit(77);
		}
		const house = new House();
		house.folder = mkdtempSync(join(tmpdir(), "beffroi-console-"));
		house.dossier = join(house.folder, "dossier");
		execFileSync("python3", [join(root, "tools/demo-dossier"), beffroi, house.dossier, "--lang", lang], { stdio: "ignore" });
		house.serving = spawn(beffroi, ["serve", "--dossier", house.dossier, "--listen", "127.0.0.1:0", "--lang", lang], { stdio: ["ignore", "pipe", "pipe"] });
		let said = "";
		house.said = () => said;
		const link = await new Promise((found, lost) => {
			const hear = (bytes) => {
				said += bytes;
				const m = /https?:\/\/\S+\/#\/?link[/=][\w-]+/.exec(said);
				if (m) found(m[0]);
			};
			house.serving.stdout.on("data", hear);
			house.serving.stderr.on("data", hear);
			house.serving.on("exit", () => lost(new Error(`beffroi serve ended: ${said}`)));
		});
		house.link = link;
		house.base = new URL(link).origin;
		house.browser = await chromium.launch({ executablePath: CHROMIUM, chromiumSandbox: process.getuid() !== 0, args: ["--disable-gpu", "--disable-dev-shm-usage"] });
		return house;
	}

	/** beffroi WORD... on this dossier. */
	run(...args) {
		return execFileSync(beffroi, [...args, "--dossier", this.dossier], { encoding: "utf8" });
	}

	/** A browser of its own, which remembers what it should not have done. */
	async visitor({ theme = "light", phone = false, locale = "fr-FR" } = {}) {
		const context = await this.browser.newContext({
			timezoneId: "America/New_York", // not that of the organisation, which must win
			ignoreHTTPSErrors: true, colorScheme: theme, locale, reducedMotion: "reduce", acceptDownloads: true,
			viewport: phone ? { width: 360, height: 740 } : { width: 1280, height: 800 }, hasTouch: phone,
		});
		context.setDefaultTimeout(WAIT);
		const page = await context.newPage();
		page.faults = [];
		page.on("pageerror", (error) => page.faults.push(`error: ${error.message}`));
		page.on("console", (message) => {
			if (/Content Security Policy|Refused to/i.test(message.text())) page.faults.push(message.text());
		});
		page.on("request", (request) => {
			if (!request.url().startsWith(this.base) && !/^(blob|data|about):/.test(request.url())) page.faults.push(`asked ${request.url()}`);
		});
		page.heaviest = { url: "", bytes: 0 };
		page.on("response", (response) => {
			const bytes = Number(response.headers()["content-length"] ?? 0);
			if (bytes > page.heaviest.bytes && (response.headers()["content-type"] ?? "").startsWith("application/json")) page.heaviest = { url: response.url(), bytes };
		});
		page.on("dialog", (dialog) => {
			page.faults.push(`dialog: ${dialog.message()}`);
			void dialog.dismiss();
		});
		return page;
	}

	/** Makes the account, and comes in by its one-time link. Returns the page where the role begins. */
	async person(name, role, { display = name, lang = "fr", ...how } = {}) {
		const said = this.run("user", "add", name, `role=${role}`, `display=${display}`, `language=${lang}`);
		const secret = /link[/=]([\w-]{16,})/.exec(said)[1];
		const page = await this.visitor({ ...how, locale: lang === "fr" ? "fr-FR" : "en-GB" });
		await page.goto(`${this.base}/#/link/${secret}`);
		await page.locator("input[autocomplete=new-password]").first().fill(PASSWORD);
		await page.locator("input[autocomplete=new-password]").nth(1).fill(PASSWORD);
		await page.locator("button[type=submit]").click();
		await page.locator("nav.nav").waitFor({ state: "attached" });
		await settled(page);
		return page;
	}

	async close() {
		await this.browser?.close();
		const ended = new Promise((then) => this.serving.on("exit", then));
		this.serving.removeAllListeners("exit");
		this.serving.on("exit", () => {});
		const gone = new Promise((then) => this.serving.once("exit", then));
		this.serving.kill("SIGTERM");
		await Promise.race([gone, ended]);
		rmSync(this.folder, { recursive: true, force: true });
		console.log(`1..${passed + failed}`);
		process.exitCode = failed > 0 ? 1 : 0;
	}
}

/** Runs a whole test with one house, whatever happens. */
export async function inHouse(options, body) {
	const house = await House.open(options);
	try {
		await body(house);
	} catch (error) {
		check("the test runs to its end", false, String(error.stack ?? error));
		console.log(house.said());
	} finally {
		await house.close();
	}
}

/** Until the page has said all that it reads. */
export async function settled(page) {
	await page.locator("h1").first().waitFor();
	await page.waitForFunction(() => document.querySelector(".skeleton") === null);
}

export async function goTo(page, path) {
	await page.evaluate((hash) => { location.hash = hash; }, `#/${path}`);
	await page.waitForFunction((hash) => location.hash === hash, `#/${path}`);
	await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 0))));
	await settled(page);
}

/** What axe finds against WCAG 2.2 AA and good practice. */
export async function axe(page) {
	if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axeSource);
	return page.evaluate(async () => {
		const found = await window.axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
		return found.violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join(" | ")}`);
	});
}

export async function sideways(page) {
	return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

export async function errorsShown(page) {
	return page.locator("main .note.bad[role=alert]").allInnerTexts();
}
