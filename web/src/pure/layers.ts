// SPDX-License-Identifier: AGPL-3.0-or-later
// A graph in columns, left to right along its links: what leads to what. Circles are cut at the link that closes them.
import type { GraphLink, GraphNode } from "../core/types.ts";

export interface Placed { node: GraphNode; x: number; y: number }
export interface Layout { nodes: Placed[]; links: { link: GraphLink; from: Placed; to: Placed }[]; width: number; height: number }

export const BOX = { width: 178, height: 46, gapX: 84, gapY: 16 };

/** place: the column of a kind, when kinds have one; else the longest way decides. */
export function layered(nodes: readonly GraphNode[], links: readonly GraphLink[], place?: (kind: string) => number): Layout {
	const ids = new Map(nodes.map((n, i) => [n.id, i]));
	const out: number[][] = nodes.map(() => []);
	for (const l of links) {
		const a = ids.get(l.source);
		const b = ids.get(l.target);
		if (a !== undefined && b !== undefined && a !== b) out[a]!.push(b);
	}
	const column = place ? squeezed(nodes.map((n) => place(n.kind))) : columns(nodes.length, out);
	const rows: number[][] = [];
	nodes.forEach((_, i) => (rows[column[i]!] ??= []).push(i));
	order(rows, out, column);
	const tallest = Math.max(1, ...rows.map((r) => r?.length ?? 0));
	const height = tallest * (BOX.height + BOX.gapY) - BOX.gapY;
	const placed: Placed[] = [];
	rows.forEach((row, c) => {
		const used = row.length * (BOX.height + BOX.gapY) - BOX.gapY;
		row.forEach((i, r) => (placed[i] = { node: nodes[i]!, x: c * (BOX.width + BOX.gapX), y: (height - used) / 2 + r * (BOX.height + BOX.gapY) }));
	});
	const shown = links.flatMap((link) => {
		const from = placed[ids.get(link.source) ?? -1];
		const to = placed[ids.get(link.target) ?? -1];
		return from && to ? [{ link, from, to }] : [];
	});
	return { nodes: placed, links: shown, width: Math.max(1, rows.length) * (BOX.width + BOX.gapX) - BOX.gapX, height };
}

/** Without empty columns. */
function squeezed(wanted: number[]): number[] {
	const used = [...new Set(wanted)].sort((a, b) => a - b);
	return wanted.map((w) => used.indexOf(w));
}

/** The longest way to each node, links that go back left out. */
function columns(count: number, out: readonly number[][]): number[] {
	const state = new Uint8Array(count); // 0 new, 1 open, 2 done
	const ordered: number[] = [];
	const forward: number[][] = out.map(() => []);
	for (let start = 0; start < count; start++) {
		if (state[start] !== 0) continue;
		const stack: [number, number][] = [[start, 0]];
		state[start] = 1;
		while (stack.length > 0) {
			const top = stack[stack.length - 1]!;
			const next = out[top[0]]![top[1]++];
			if (next === undefined) {
				state[top[0]] = 2;
				ordered.push(top[0]);
				stack.pop();
			} else if (state[next] !== 1) {
				forward[top[0]]!.push(next);
				if (state[next] === 0) {
					state[next] = 1;
					stack.push([next, 0]);
				}
			}
		}
	}
	const column = new Array<number>(count).fill(0);
	for (const i of ordered.reverse()) for (const j of forward[i]!) column[j] = Math.max(column[j]!, column[i]! + 1);
	return column;
}

/** A few passes that put each node near the middle of those it is linked to. */
function order(rows: number[][], out: readonly number[][], column: readonly number[]): void {
	const into: number[][] = out.map(() => []);
	out.forEach((list, i) => list.forEach((j) => into[j]!.push(i)));
	const rank = new Array<number>(out.length).fill(0);
	const renumber = (row: number[]) => row.forEach((i, r) => (rank[i] = r));
	rows.forEach(renumber);
	for (let pass = 0; pass < 4; pass++) {
		const down = pass % 2 === 0;
		const neighbours = down ? into : out;
		for (const row of down ? rows : [...rows].reverse()) {
			const middle = new Map(row.map((i) => {
				const near = neighbours[i]!.filter((j) => column[j] !== column[i]);
				return [i, near.length === 0 ? rank[i]! : near.reduce((sum, j) => sum + rank[j]!, 0) / near.length] as const;
			}));
			row.sort((a, b) => middle.get(a)! - middle.get(b)! || rank[a]! - rank[b]!);
			renumber(row);
		}
	}
}
