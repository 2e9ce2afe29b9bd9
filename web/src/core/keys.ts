// SPDX-License-Identifier: AGPL-3.0-or-later
// One-letter shortcuts: not while one types, not with Ctrl, Alt or Meta, and a person can switch them off.
import { useEffect, useRef } from "preact/hooks";
import { shortcutsOn } from "./prefs.ts";

export type Keys = Record<string, (event: KeyboardEvent) => void>;

export function isTyping(target: EventTarget | null): boolean {
	const element = target as { tagName?: string; isContentEditable?: boolean; type?: string } | null;
	if (!element || typeof element.tagName !== "string") return false;
	if (element.isContentEditable === true) return true;
	const tag = element.tagName.toLowerCase();
	if (tag === "input") return !["checkbox", "radio", "button", "submit"].includes(element.type ?? "text");
	return tag === "textarea" || tag === "select";
}

// "g" waits a moment for a second letter: then that letter is nobody else's.
const PREFIX_MS = 1500;
let prefixed = 0;
export function startPrefix(): void {
	prefixed = performance.now();
}

/** after: only right after the prefix. */
export function useKeys(keys: Keys, after = false): void {
	// What is drawn last is what a key means, also between the drawing and the effects that follow it.
	const latest = useRef(keys);
	latest.current = keys;
	useEffect(() => {
		const pressed = (event: KeyboardEvent) => {
			if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
			if (!shortcutsOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
			const waits = prefixed > 0 && performance.now() - prefixed < PREFIX_MS;
			const then = latest.current[event.key];
			if (!then || waits !== after) return;
			prefixed = 0;
			// Enter and space on a button or a link are the control's own.
			if ((event.key === "Enter" || event.key === " ") && (event.target as Element).closest?.("a, button, summary")) return;
			event.preventDefault();
			then(event);
		};
		document.addEventListener("keydown", pressed);
		return () => document.removeEventListener("keydown", pressed);
	}, [after]);
}
