// SPDX-License-Identifier: AGPL-3.0-or-later
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { test } from "node:test";

declare const WEB: string;
interface Packed { path: string; type: string; bytes: Uint8Array; packed: Uint8Array; etag: string }

test("all files together weigh less than 250 kB as they travel, are the same each time, and call no other host", async () => {
	const made = (await import(pathToFileURL(join(WEB, "build.mjs")).href)) as {
		bundle(): Promise<{ files: unknown[] }>; compressed(files: unknown[]): Packed[];
	};
	const first = made.compressed((await made.bundle()).files);
	const second = made.compressed((await made.bundle()).files);
	const total = first.reduce((sum, f) => sum + f.packed.length, 0);
	console.log(`# ${total} bytes: ${first.map((f) => `${f.path} ${f.packed.length}`).join(", ")}`);
	assert.ok(total < 250_000, `${total} bytes`);
	assert.deepEqual(first.map((f) => f.etag), second.map((f) => f.etag));
	const text = first.map((f) => Buffer.from(f.bytes).toString()).join("\n");
	const hosts = [...text.matchAll(/(?:https?:)?\/\/[a-z0-9-]+\.[a-z]{2,}[^\s"'`)]*/g)].map((m) => m[0]).filter((h) => !h.startsWith("http://www.w3.org/"));
	assert.deepEqual(hosts, []);
	assert.ok(!/\beval\(|new Function\(/.test(text));
});
