// SPDX-License-Identifier: AGPL-3.0-or-later
// Causes as a tree: each explains its parent. Hostile or unlucky links (to itself, in a circle, to nothing) lose no cause.
import type { Item } from "../core/types.ts";

export interface Cause { item: Item; children: Cause[] }

export function causeTree(items: readonly Item[]): Cause[] {
	const causes = items.filter((i) => i.kind === "cause");
	const byId = new Map(causes.map((item) => [item.id, { item, children: [] as Cause[] }]));
	const roots: Cause[] = [];
	for (const cause of byId.values()) {
		const parent = byId.get(cause.item.fields.parent ?? "");
		if (parent === undefined || reaches(cause.item.id, byId)) roots.push(cause);
		else parent.children.push(cause);
	}
	return roots;
}

/** Whether the parents of a cause lead back to it. */
function reaches(id: string, byId: Map<string, Cause>): boolean {
	let at = byId.get(id)?.item.fields.parent ?? "";
	for (let steps = 0; steps <= byId.size && at !== ""; steps++) {
		if (at === id) return true;
		at = byId.get(at)?.item.fields.parent ?? "";
	}
	return false;
}

/** The 5 whys: from each first cause the lines down to a last one. */
export function whyLines(roots: readonly Cause[]): Item[][] {
	const lines: Item[][] = [];
	const walk = (cause: Cause, before: Item[]) => {
		const line = [...before, cause.item];
		if (cause.children.length === 0) lines.push(line);
		for (const child of cause.children) walk(child, line);
	};
	for (const root of roots) walk(root, []);
	return lines;
}

export const FAMILIES = ["people", "methods", "equipment", "environment", "material", "measurement", "management"] as const;

export function byFamily(items: readonly Item[]): Map<string, Item[]> {
	const families = new Map<string, Item[]>();
	for (const item of items.filter((i) => i.kind === "cause")) {
		const family = item.fields.ishikawa ?? "";
		families.set(family, [...(families.get(family) ?? []), item]);
	}
	return families;
}
