// SPDX-License-Identifier: AGPL-3.0-or-later
// Moments as columns over the time they span.
export function density(times: readonly string[], columns: number): { counts: number[]; from: number; to: number } {
	const at = times.map((t) => Date.parse(t)).filter((n) => !Number.isNaN(n));
	const counts = new Array<number>(columns).fill(0);
	if (at.length === 0) return { counts, from: 0, to: 0 };
	const from = Math.min(...at);
	const to = Math.max(...at);
	for (const n of at) {
		const i = to === from ? 0 : Math.min(columns - 1, Math.floor(((n - from) / (to - from)) * columns));
		counts[i] = counts[i]! + 1;
	}
	return { counts, from, to };
}
