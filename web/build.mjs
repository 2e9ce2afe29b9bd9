// SPDX-License-Identifier: AGPL-3.0-or-later
// The console's pages as one C file: each file of theirs, plain and compressed, in the table of src/console/console_pages.h.
// usage: node build.mjs OUTPUT.c DEPFILE [--tests]      --tests: also the packages that tests need
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { packages } from "./packages.mjs";

const LIMIT = 250_000; // bytes, all files together, as they travel
const here = dirname(fileURLToPath(import.meta.url));
const banner =
	"/* Beffroi's console: AGPL-3.0-or-later. With Preact (Jason Miller and others) and uPlot (Leon Sorokin): MIT licence. */";

export async function bundle() {
	const esbuild = await import("esbuild");
	const built = await esbuild.build({
		absWorkingDir: here,
		entryPoints: [
			{ in: "src/main.tsx", out: "app" },
			{ in: "src/app.css", out: "app" },
		],
		outdir: "out",
		bundle: true,
		write: false,
		minify: true,
		metafile: true,
		target: ["es2021"],
		format: "esm",
		jsx: "automatic",
		jsxImportSource: "preact",
		legalComments: "none",
		banner: { js: banner, css: banner },
		logLevel: "warning",
	});
	const named = (end) => Buffer.from(built.outputFiles.find((f) => f.path.endsWith(end)).contents);
	const files = [
		["/", "text/html; charset=utf-8", readFileSync(join(here, "static/index.html"))],
		["/app.js", "text/javascript; charset=utf-8", named("app.js")],
		["/app.css", "text/css; charset=utf-8", named("app.css")],
		["/icon.svg", "image/svg+xml", readFileSync(join(here, "static/icon.svg"))],
		["/manifest.webmanifest", "application/manifest+json", readFileSync(join(here, "static/manifest.webmanifest"))],
	];
	const sources = ["static/index.html", "static/icon.svg", "static/manifest.webmanifest", "package-lock.json", "build.mjs"];
	return { files, sources: [...Object.keys(built.metafile.inputs), ...sources].map((name) => join(here, name)) };
}

export function compressed(files) {
	return files.map(([path, type, bytes]) => {
		const packed = gzipSync(bytes, { level: 9 });
		packed[9] = 255; // the system it was packed on: the same bytes everywhere
		return { path, type, bytes, packed, etag: createHash("sha256").update(bytes).digest("hex").slice(0, 32) };
	});
}

function cArray(name, bytes) {
	const rows = [];
	for (let i = 0; i < bytes.length; i += 24) rows.push([...bytes.subarray(i, i + 24)].join(","));
	return `static const unsigned char ${name}[] = {\n${rows.join(",\n")}};\n`;
}

async function main(output, depfile, options) {
	packages(here, options.includes("--tests"));
	const { files, sources } = await bundle();
	const packed = compressed(files);
	const total = packed.reduce((sum, f) => sum + f.packed.length, 0);
	if (total > LIMIT) throw new Error(`the pages weigh ${total} bytes compressed: ${LIMIT} at most`);
	const described = join(here, "../docs/api/openapi.json"); // not part of the pages, and served like them
	packed.push(...compressed([["/api/openapi.json", "application/json", Buffer.from(JSON.stringify(JSON.parse(readFileSync(described, "utf8"))))]]));
	sources.push(described);
	let c = '#include "console/console_pages.h"\n\n';
	packed.forEach((f, i) => (c += cArray(`plain_${i}`, f.bytes) + cArray(`gzip_${i}`, f.packed)));
	c += "\nconst struct console_page console_pages[] = {\n";
	packed.forEach((f, i) => (c += `\t{"${f.path}", "${f.type}", "${f.etag}", plain_${i}, gzip_${i}, sizeof(plain_${i}), sizeof(gzip_${i})},\n`));
	c += `};\nconst size_t console_pages_count = ${packed.length};\n`;
	writeFileSync(output, c);
	const escaped = sources.map((s) => relative(process.cwd(), s).replace(/[ #]/g, "\\$&"));
	writeFileSync(depfile, `${relative(process.cwd(), output)}: ${escaped.join(" \\\n  ")}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [output, depfile, ...options] = process.argv.slice(2);
	main(output, depfile, options).catch((error) => {
		console.error(`web: ${error.message}`);
		process.exit(1);
	});
}
