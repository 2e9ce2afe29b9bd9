// SPDX-License-Identifier: AGPL-3.0-or-later
// Places of machines on a map: those that talk come near each other. The same data gives the same map.
import type { MapLink, MapNode } from "../core/types.ts";

export interface Spot { node: MapNode; x: number; y: number; r: number }

export function isOutside(node: MapNode): boolean {
	return !node.inside;
}

/** The busiest `most` nodes, in a box of width x height. */
export function placeMap(nodes: readonly MapNode[], links: readonly MapLink[], width: number, height: number, most = 120): Spot[] {
	const weight = new Map<string, number>();
	for (const l of links) for (const id of [l.source, l.target]) weight.set(id, (weight.get(id) ?? 0) + 1);
	const kept = [...nodes]
		.sort((a, b) => b.alerts - a.alerts || (weight.get(b.id) ?? 0) - (weight.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1))
		.slice(0, most);
	const spots: Spot[] = kept.map((node, i) => {
		const angle = i * 2.399963; // the golden angle: no two begin at one place
		const away = (isOutside(node) ? 0.45 : 0.3) * Math.sqrt((i + 1) / kept.length);
		return { node, x: width * (0.5 + away * Math.cos(angle)), y: height * (0.5 + away * Math.sin(angle)), r: 5 + Math.min(9, Math.sqrt(weight.get(node.id) ?? 0) * 2) };
	});
	const at = new Map(spots.map((s, i) => [s.node.id, i]));
	const pairs = links.flatMap((l) => {
		const a = at.get(l.source);
		const b = at.get(l.target);
		return a !== undefined && b !== undefined && a !== b ? [[a, b] as const] : [];
	});
	const ideal = Math.sqrt((width * height) / Math.max(1, spots.length)) * 0.8;
	for (let step = 0; step < 160; step++) {
		const heat = (1 - step / 160) * ideal * 0.5;
		const push = spots.map(() => ({ x: 0, y: 0 }));
		for (let i = 0; i < spots.length; i++)
			for (let j = i + 1; j < spots.length; j++) {
				const dx = spots[i]!.x - spots[j]!.x;
				const dy = spots[i]!.y - spots[j]!.y;
				const d2 = Math.max(1, dx * dx + dy * dy);
				const f = (ideal * ideal) / d2;
				push[i]!.x += dx * f / Math.sqrt(d2) * 2;
				push[i]!.y += dy * f / Math.sqrt(d2) * 2;
				push[j]!.x -= dx * f / Math.sqrt(d2) * 2;
				push[j]!.y -= dy * f / Math.sqrt(d2) * 2;
			}
		for (const [a, b] of pairs) {
			const dx = spots[a]!.x - spots[b]!.x;
			const dy = spots[a]!.y - spots[b]!.y;
			const d = Math.max(1, Math.hypot(dx, dy));
			const f = (d - ideal) / d * 0.08;
			push[a]!.x -= dx * f;
			push[a]!.y -= dy * f;
			push[b]!.x += dx * f;
			push[b]!.y += dy * f;
		}
		spots.forEach((s, i) => {
			const p = push[i]!;
			const toMiddle = 0.012;
			p.x += (width / 2 - s.x) * toMiddle;
			p.y += (height / 2 - s.y) * toMiddle * (width / height);
			const d = Math.max(1, Math.hypot(p.x, p.y));
			s.x = Math.min(width - 60, Math.max(20, s.x + (p.x / d) * Math.min(d, heat)));
			s.y = Math.min(height - 20, Math.max(20, s.y + (p.y / d) * Math.min(d, heat)));
		});
	}
	return fitted(spots, width, height);
}

/** Spread over the whole box; names stand to the right of their place. */
function fitted(spots: Spot[], width: number, height: number): Spot[] {
	const scale = (axis: "x" | "y", from: number, to: number) => {
		const low = Math.min(...spots.map((s) => s[axis]));
		const high = Math.max(...spots.map((s) => s[axis]));
		if (spots.length > 1 && high > low) for (const s of spots) s[axis] = from + ((s[axis] - low) / (high - low)) * (to - from);
	};
	scale("x", 30, width - 150);
	scale("y", 25, height - 25);
	return spots;
}
