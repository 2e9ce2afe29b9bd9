// SPDX-License-Identifier: AGPL-3.0-or-later
// A QR code (ISO/IEC 18004) of a short text, for a telephone to read from the screen: bytes, level M, versions 1 to 10.
const TOTAL = [26, 44, 70, 100, 134, 172, 196, 242, 292, 346]; // codewords by version (table 1)
const CHECKS = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26]; // of them for correction, in each block (table 9, level M)
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5];
const ALIGN = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i++, x = (x << 1) ^ (x > 127 ? 0x11d : 0)) {
	EXP[i] = EXP[i + 255] = x;
	LOG[x] = i;
}

/** The remainder of the data times x^count by the generator polynomial: Reed-Solomon over GF(256). */
function checksOf(data: readonly number[], count: number): number[] {
	let generator = [1];
	for (let i = 0; i < count; i++) {
		const next = new Array<number>(generator.length + 1).fill(0);
		generator.forEach((g, n) => {
			next[n] = next[n]! ^ g;
			next[n + 1] = next[n + 1]! ^ (g === 0 ? 0 : EXP[LOG[g]! + i]!);
		});
		generator = next;
	}
	const rest = [...data, ...new Array<number>(count).fill(0)];
	for (let i = 0; i < data.length; i++) {
		const lead = rest[i]!;
		if (lead !== 0) generator.forEach((g, n) => (rest[i + n] = rest[i + n]! ^ (g === 0 ? 0 : EXP[LOG[g]! + LOG[lead]!]!)));
	}
	return rest.slice(data.length);
}

function codewords(bytes: Uint8Array, version: number): number[] {
	const blocks = BLOCKS[version - 1]!;
	const checks = CHECKS[version - 1]!;
	const room = TOTAL[version - 1]! - blocks * checks;
	const bits: number[] = [];
	const put = (value: number, count: number) => { for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1); };
	put(4, 4);
	put(bytes.length, version < 10 ? 8 : 16);
	bytes.forEach((b) => put(b, 8));
	put(0, Math.min(4, room * 8 - bits.length));
	while (bits.length % 8 !== 0) bits.push(0);
	const data: number[] = [];
	for (let i = 0; i < bits.length; i += 8) data.push(parseInt(bits.slice(i, i + 8).join(""), 2));
	for (let pad = 0xec; data.length < room; pad ^= 0xec ^ 0x11) data.push(pad);
	const short = Math.floor(room / blocks);
	const parts: number[][] = [];
	for (let b = 0, at = 0; b < blocks; b++) {
		const length = short + (b >= blocks - (room % blocks) ? 1 : 0);
		parts.push(data.slice(at, at + length));
		at += length;
	}
	const out: number[] = [];
	for (let i = 0; i <= short; i++) for (const p of parts) if (i < p.length) out.push(p[i]!);
	const corrections = parts.map((p) => checksOf(p, checks));
	for (let i = 0; i < checks; i++) for (const c of corrections) out.push(c[i]!);
	return out;
}

const MASKS: ((r: number, c: number) => boolean)[] = [
	(r, c) => (r + c) % 2 === 0, (r) => r % 2 === 0, (_, c) => c % 3 === 0, (r, c) => (r + c) % 3 === 0,
	(r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0, (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
	(r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0, (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
];

type Grid = (boolean | undefined)[][];

function patterns(version: number): Grid {
	const size = version * 4 + 17;
	const grid: Grid = Array.from({ length: size }, () => new Array<boolean | undefined>(size).fill(undefined));
	const set = (r: number, c: number, dark: boolean) => { if (r >= 0 && c >= 0 && r < size && c < size) grid[r]![c] = dark; };
	for (const [r0, c0] of [[3, 3], [3, size - 4], [size - 4, 3]] as const)
		for (let r = -4; r <= 4; r++) for (let c = -4; c <= 4; c++) {
			const ring = Math.max(Math.abs(r), Math.abs(c));
			set(r0 + r, c0 + c, ring !== 2 && ring !== 4);
		}
	const align = ALIGN[version - 1]!;
	const last = align[align.length - 1];
	for (const r of align) for (const c of align) {
		if ((r === 6 && (c === 6 || c === last)) || (c === 6 && r === last)) continue;
		for (let y = -2; y <= 2; y++) for (let x = -2; x <= 2; x++) set(r + y, c + x, Math.max(Math.abs(y), Math.abs(x)) !== 1);
	}
	for (let i = 8; i < size - 8; i++) {
		set(6, i, i % 2 === 0);
		set(i, 6, i % 2 === 0);
	}
	format(grid, 0);
	if (version >= 7) {
		let rest = version;
		for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25);
		const bits = (version << 12) | rest;
		for (let i = 0; i < 18; i++) {
			const a = size - 11 + (i % 3);
			const b = Math.floor(i / 3);
			set(a, b, ((bits >> i) & 1) === 1);
			set(b, a, ((bits >> i) & 1) === 1);
		}
	}
	return grid;
}

/** Level M is 00; with its mask, protected by BCH (15, 5), twice. */
function format(grid: Grid, mask: number): void {
	const size = grid.length;
	let rest = mask;
	for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
	const bits = ((mask << 10) | rest) ^ 0x5412;
	for (let i = 0; i < 15; i++) {
		const dark = ((bits >> i) & 1) === 1;
		if (i < 6) grid[i]![8] = dark;
		else if (i < 8) grid[i + 1]![8] = dark;
		else if (i === 8) grid[8]![7] = dark;
		else grid[8]![14 - i] = dark;
		if (i < 8) grid[8]![size - 1 - i] = dark;
		else grid[size - 15 + i]![8] = dark;
	}
	grid[size - 8]![8] = true;
}

/** Two columns at a time, up and down from the right, around what is there already. */
export function zigzag(size: number, taken: (r: number, c: number) => boolean): [number, number][] {
	const places: [number, number][] = [];
	for (let right = size - 1, up = true; right > 0; right -= 2, up = !up) {
		if (right === 6) right = 5;
		for (let i = 0; i < size; i++) for (const c of [right, right - 1]) {
			const r = up ? size - 1 - i : i;
			if (!taken(r, c)) places.push([r, c]);
		}
	}
	return places;
}

function penalty(grid: boolean[][]): number {
	const size = grid.length;
	let sum = 0;
	let dark = 0;
	for (let i = 0; i < size; i++)
		for (const line of [grid[i]!, grid.map((row) => row[i]!)]) {
			for (let at = 0, run = 0; at <= size; at++) {
				if (at < size && at > 0 && line[at] === line[at - 1]) run++;
				else {
					if (run >= 5) sum += run - 2;
					run = 1;
				}
			}
			const text = line.map((d) => (d ? "1" : "0")).join("");
			for (const finder of ["10111010000", "00001011101"]) for (let at = text.indexOf(finder); at >= 0; at = text.indexOf(finder, at + 1)) sum += 40;
		}
	for (let r = 0; r < size; r++) for (let c = 0; c < size; c++) {
		if (grid[r]![c]) dark++;
		if (r > 0 && c > 0 && grid[r]![c] === grid[r - 1]![c] && grid[r]![c] === grid[r]![c - 1] && grid[r]![c] === grid[r - 1]![c - 1]) sum += 3;
	}
	return sum + Math.floor(Math.abs((dark * 100) / (size * size) - 50) / 5) * 10;
}

/** Rows of dark (true) and light squares; undefined when the text is too long. */
export function qr(text: string): boolean[][] | undefined {
	const bytes = new TextEncoder().encode(text);
	let version = 1;
	while (version <= 10 && TOTAL[version - 1]! - BLOCKS[version - 1]! * CHECKS[version - 1]! < bytes.length + (version < 10 ? 2 : 3)) version++;
	if (version > 10) return undefined;
	const words = codewords(bytes, version);
	const base = patterns(version);
	const places = zigzag(base.length, (r, c) => base[r]![c] !== undefined);
	let best: boolean[][] | undefined;
	let least = Infinity;
	MASKS.forEach((mask, n) => {
		const grid: Grid = base.map((row) => [...row]);
		format(grid, n);
		places.forEach(([r, c], i) => {
			const bit = i < words.length * 8 && ((words[i >> 3]! >> (7 - (i & 7))) & 1) === 1;
			grid[r]![c] = bit !== mask(r, c);
		});
		const cost = penalty(grid as boolean[][]);
		if (cost < least) [least, best] = [cost, grid as boolean[][]];
	});
	return best;
}
