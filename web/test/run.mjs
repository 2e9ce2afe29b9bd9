// SPDX-License-Identifier: AGPL-3.0-or-later
// usage: node test/run.mjs NAME       bundles test/NAME.test.ts and runs it with node's own runner; "types": tsc --noEmit
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { packages } from "../packages.mjs";

const web = join(dirname(fileURLToPath(import.meta.url)), "..");
const name = process.argv[2];
packages(web, true);
if (name === "types") {
	process.exit(spawnSync(process.execPath, [join(web, "node_modules/typescript/bin/tsc"), "-p", web], { stdio: "inherit" }).status ?? 1);
}
const { build } = await import("esbuild");
const folder = mkdtempSync(join(tmpdir(), "beffroi-web-"));
const output = join(folder, `${name}.mjs`);
await build({
	absWorkingDir: web,
	entryPoints: [`test/${name}.test.ts`],
	outfile: output,
	bundle: true,
	platform: "node",
	format: "esm",
	external: ["esbuild"],
	define: { WEB: JSON.stringify(web) },
	logLevel: "warning",
});
const ran = spawnSync(process.execPath, ["--test", output], { stdio: "inherit" });
rmSync(folder, { recursive: true });
process.exit(ran.status ?? 1);
