// SPDX-License-Identifier: AGPL-3.0-or-later
// What a line of the journal changed: before and after, field by field.
export interface Change { name: string; before: string; after: string }

function flat(value: unknown): Record<string, string> {
	if (value === undefined || value === null || value === "") return {};
	if (typeof value === "string") {
		try {
			const parsed: unknown = JSON.parse(value);
			if (typeof parsed === "object" && parsed !== null) return flat(parsed);
		} catch {
			// a plain text
		}
		return { "": value };
	}
	if (typeof value !== "object") return { "": String(value) };
	return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, typeof v === "string" ? v : JSON.stringify(v) ?? ""]));
}

export function journalDiff(before: unknown, after: unknown): Change[] {
	const a = flat(before);
	const b = flat(after);
	return [...new Set([...Object.keys(a), ...Object.keys(b)])]
		.filter((name) => a[name] !== b[name])
		.map((name) => ({ name, before: a[name] ?? "", after: b[name] ?? "" }));
}
