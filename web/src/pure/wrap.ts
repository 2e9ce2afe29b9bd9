// SPDX-License-Identifier: AGPL-3.0-or-later
// Words in lines of at most `width` letters, `most` lines at most; what does not fit ends with an ellipsis.
export function wrap(text: string, width: number, most: number): string[] {
	const lines: string[] = [];
	let line = "";
	for (const word of text.split(/\s+/).filter((w) => w !== "").flatMap((w) => pieces(w, width))) {
		if (line === "") line = word;
		else if (length(line) + 1 + length(word) <= width) line += ` ${word}`;
		else {
			lines.push(line);
			line = word;
		}
	}
	if (line !== "") lines.push(line);
	if (lines.length <= most) return lines;
	const last = [...lines[most - 1]!].slice(0, width - 1).join("");
	return [...lines.slice(0, most - 1), `${last}…`];
}

const length = (text: string) => [...text].length;

function pieces(word: string, width: number): string[] {
	const letters = [...word];
	const out: string[] = [];
	for (let i = 0; i < letters.length; i += width) out.push(letters.slice(i, i + width).join(""));
	return out;
}
