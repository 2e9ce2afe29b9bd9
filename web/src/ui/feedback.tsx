// SPDX-License-Identifier: AGPL-3.0-or-later
// Short answers to what one did, and dialogs.
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../core/i18n.ts";
import { errorText } from "./basic.tsx";
import { Icon } from "./icons.tsx";

interface Toast { id: number; text: string; bad: boolean }
let toasts: Toast[] = [];
let serial = 0;
const listeners = new Set<() => void>();
const changed = () => { for (const l of listeners) l(); };

function drop(id: number): void {
	toasts = toasts.filter((x) => x.id !== id);
	changed();
}
export function say(text: string, bad = false): void {
	const id = ++serial;
	toasts = [...toasts.slice(-2), { id, text, bad }];
	changed();
	if (!bad) setTimeout(() => drop(id), 5000);
}
export function sayError(error: unknown): void {
	say(errorText(error), true);
}

export function Toasts() {
	const [, redraw] = useState(0);
	useEffect(() => {
		const listener = () => redraw((n) => n + 1);
		listeners.add(listener);
		return () => void listeners.delete(listener);
	}, []);
	const one = (x: Toast) => (
		<div key={x.id} class={`toast ${x.bad ? "bad" : ""}`}>
			<span>{x.text}</span>
			<button class="mini" onClick={() => drop(x.id)}>{t("app.close")}</button>
		</div>
	);
	return (
		<div class="toasts">
			<div class="stack" role="status" aria-live="polite">{toasts.filter((x) => !x.bad).map(one)}</div>
			<div class="stack" role="alert">{toasts.filter((x) => x.bad).map(one)}</div>
		</div>
	);
}

/** A modal dialog of the browser: focus stays in it, Escape closes, the focus goes back where it was. */
export function Dialog({ title, onClose, children, foot, wide = false }: {
	title: string; onClose: () => void; children: ComponentChildren; foot?: ComponentChildren; wide?: boolean;
}) {
	const box = useRef<HTMLDialogElement>(null);
	// At once with the drawing: the focus is never nowhere.
	useLayoutEffect(() => {
		const before = document.activeElement as HTMLElement | null;
		const dialog = box.current;
		dialog?.showModal();
		return () => {
			dialog?.close(); // what lies behind a dialog takes no focus
			if (before?.isConnected) before.focus();
		};
	}, []);
	return (
		<dialog ref={box} class={wide ? "wide" : ""} aria-label={title} onCancel={(e) => { e.preventDefault(); onClose(); }}>
			<div class="head">
				<h2>{title}</h2>
				<button class="quiet icon" aria-label={t("app.close")} onClick={onClose}><Icon name="close" /></button>
			</div>
			<div class="body">{children}</div>
			{foot && <div class="foot">{foot}</div>}
		</dialog>
	);
}
