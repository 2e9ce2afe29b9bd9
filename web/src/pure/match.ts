// SPDX-License-Identifier: AGPL-3.0-or-later
// Every word of the question somewhere in the text, whatever accents and capitals.
export function plain(text: string): string {
	return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export function matches(text: string, question: string): boolean {
	const haystack = plain(text);
	return plain(question).split(/\s+/).every((word) => haystack.includes(word));
}
