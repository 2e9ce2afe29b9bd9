// SPDX-License-Identifier: AGPL-3.0-or-later
// The words of the pages, in two languages side by side (src/i18n/). `{name}` is replaced; `{n?one|many}` chooses by number.
import { words, type Word } from "../i18n/words.ts";
import { french } from "../pure/typography.ts";

export type Language = "en" | "fr";
export type { Word };
type Values = Record<string, string | number>;

let current: Language = "en";
const listeners = new Set<() => void>();

export function language(): Language {
	return current;
}
export function setLanguage(next: Language): void {
	current = next;
	document.documentElement.lang = next;
	for (const listener of listeners) listener();
}
export function onLanguage(listener: () => void): () => void {
	listeners.add(listener);
	return () => listeners.delete(listener);
}

export function isOne(n: number, lang: Language): boolean {
	return lang === "fr" ? Math.abs(n) < 2 : n === 1;
}

export function fill(pattern: string, values: Values, lang: Language): string {
	return pattern.replace(/\{(\w+)(?:\?([^|{}]*)\|([^{}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
		const value = values[name];
		if (value === undefined) return whole;
		if (one === undefined) return typeof value === "number" ? number(value, lang) : value;
		return isOne(Number(value), lang) ? one : (many ?? "");
	});
}

export function number(value: number, lang: Language = current): string {
	return new Intl.NumberFormat(lang === "fr" ? "fr-FR" : "en-GB", { maximumFractionDigits: 1 }).format(value);
}

export function t(word: Word, values: Values = {}): string {
	const [en, fr] = words[word];
	return current === "fr" ? fill(french(fr), values, "fr") : fill(en, values, "en");
}

/** For words that the server sends as codes: the code itself where we have no word for it. */
export function tOr(word: string, otherwise: string): string {
	return Object.prototype.hasOwnProperty.call(words, word) ? t(word as Word) : otherwise;
}
