// SPDX-License-Identifier: AGPL-3.0-or-later
// The chain as people tell it: what was seen, the incident, why, what is done, who was told. The daily notes stay in the timeline.
import type { Graph, GraphNode } from "../core/types.ts";

const COLUMNS: Record<string, number> = {
	evidence: 0, asset: 0, alert: 1, measure: 1, rule: 1, incident: 2, proof: 3, cause: 3, action: 4, task: 4, clock: 5, notice: 5, lesson: 5, relation: 5, log: 3, comment: 3, custody: 4,
};
const NOTES = new Set(["log", "comment", "task", "custody", "evidence"]);

export function columnOf(kind: string): number {
	return COLUMNS[kind] ?? 6;
}

/** Without daily notes, and with things of one kind, one name and the same neighbours as one: "Port scan ×4". */
export function condensed(graph: Graph): Graph {
	const kept = graph.nodes.filter((n) => !NOTES.has(n.kind));
	const there = new Set(kept.map((n) => n.id));
	const links = graph.links.filter((l) => there.has(l.source) && there.has(l.target));
	const around = new Map<string, string[]>();
	for (const l of links) {
		around.set(l.source, [...(around.get(l.source) ?? []), `>${l.relation} ${l.target}`]);
		around.set(l.target, [...(around.get(l.target) ?? []), `<${l.relation} ${l.source}`]);
	}
	const groups = new Map<string, GraphNode[]>();
	for (const n of kept) {
		const key = JSON.stringify([n.kind, n.label, [...(around.get(n.id) ?? [])].sort()]);
		groups.set(key, [...(groups.get(key) ?? []), n]);
	}
	const nodes: GraphNode[] = [];
	const first = new Set<string>();
	for (const group of groups.values()) {
		const n = group[0] as GraphNode;
		first.add(n.id);
		nodes.push(group.length > 1 ? { ...n, label: `${n.label} ×${group.length}` } : n);
	}
	return { nodes, links: links.filter((l) => first.has(l.source) && first.has(l.target)) };
}
