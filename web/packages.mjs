// SPDX-License-Identifier: AGPL-3.0-or-later
// Installs what package-lock.json names, when it is not there yet.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export function packages(folder, withTests) {
	const lock = createHash("sha256").update(readFileSync(join(folder, "package-lock.json"))).digest("hex");
	const stamp = join(folder, "node_modules", ".beffroi");
	let have = "";
	try {
		have = readFileSync(stamp, "utf8");
	} catch {
		// not installed yet
	}
	if (have === `${lock} tests` || (have === lock && !withTests)) return;
	const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
	if (!withTests) args.push("--omit=dev");
	const ran = spawnSync("npm", args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
	if (ran.status !== 0)
		throw new Error("npm could not fetch what web/package-lock.json names: is the package registry reachable?");
	writeFileSync(stamp, withTests ? `${lock} tests` : lock);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) packages(join(fileURLToPath(import.meta.url), ".."), true);
