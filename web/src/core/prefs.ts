// SPDX-License-Identifier: AGPL-3.0-or-later
// What a person chose for this browser: language, light or dark, shortcuts. Nothing else is kept here.
import { setLanguage, type Language } from "./i18n.ts";

export type Theme = "auto" | "light" | "dark";

function read(name: string): string {
	try {
		return localStorage.getItem(`beffroi.${name}`) ?? "";
	} catch {
		return ""; // storage is forbidden here: the choice lasts as long as the page
	}
}
function write(name: string, value: string): void {
	try {
		localStorage.setItem(`beffroi.${name}`, value);
	} catch {
		// as above
	}
}

export function theme(): Theme {
	const kept = read("theme");
	return kept === "light" || kept === "dark" ? kept : "auto";
}
export function chooseTheme(next: Theme): void {
	write("theme", next);
	applyTheme(next);
}
export function applyTheme(chosen: Theme = theme()): void {
	if (chosen === "auto") delete document.documentElement.dataset.theme;
	else document.documentElement.dataset.theme = chosen;
	document.dispatchEvent(new CustomEvent("themechange"));
}

/** The language kept in this browser, else the account's, else the browser's. */
export function startLanguage(account = ""): Language {
	for (const candidate of [read("language"), account, navigator.language.slice(0, 2)])
		if (candidate === "fr" || candidate === "en") return candidate;
	return "en";
}
export function chooseLanguage(next: Language): void {
	write("language", next);
	setLanguage(next);
}

export function shortcutsOn(): boolean {
	return read("shortcuts") !== "off";
}
export function chooseShortcuts(on: boolean): void {
	write("shortcuts", on ? "on" : "off");
}
