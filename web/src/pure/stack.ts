// SPDX-License-Identifier: AGPL-3.0-or-later
// Traffic by application as layers one on the other: the largest ones by name, the rest together.
import type { Traffic } from "../core/types.ts";

export interface Stacked { times: number[]; names: string[]; values: number[][]; tops: number[][] }

export function stack(buckets: Traffic["buckets"], most: number, rest: string, unit: "bytes" | "flows"): Stacked {
	const totals = new Map<string, number>();
	for (const b of buckets) for (const [app, v] of Object.entries(b.apps)) totals.set(app, (totals.get(app) ?? 0) + v[unit]);
	const ordered = [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([app]) => app);
	const named = ordered.slice(0, most);
	const names = ordered.length > most ? [...named, rest] : named;
	const values = names.map(() => new Array<number>(buckets.length).fill(0));
	buckets.forEach((b, i) => {
		for (const [app, v] of Object.entries(b.apps)) {
			const at = named.indexOf(app);
			const row = values[at >= 0 ? at : names.length - 1]!;
			row[i] = row[i]! + v[unit];
		}
	});
	const tops: number[][] = [];
	values.forEach((row, n) => tops.push(row.map((v, i) => v + (n > 0 ? tops[n - 1]![i]! : 0))));
	return { times: buckets.map((b) => Date.parse(b.at) / 1000), names, values, tops };
}
