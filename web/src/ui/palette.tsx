// SPDX-License-Identifier: AGPL-3.0-or-later
// Ctrl+K: any page, any incident, any action, by its name.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t, type Word } from "../core/i18n.ts";
import { mayOpen, pages } from "../core/pages.ts";
import { chooseTheme } from "../core/prefs.ts";
import { go } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import { matches } from "../pure/match.ts";
import { Dialog } from "./feedback.tsx";
import { Icon, type IconName } from "./icons.tsx";

interface Command { label: string; icon: IconName; run: () => void }

export function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
	const { user, leave, can } = useSession();
	const [q, setQ] = useState("");
	const [at, setAt] = useState(0);
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
	const commands: Command[] = pages.filter((p) => mayOpen(p, user.rights)).map((p) => ({ label: t(p.word), icon: p.icon, run: () => go([p.id]) }));
	if (can("incident.write")) commands.push({ label: t("incident.new"), icon: "plus", run: () => go(["incidents", "new"]) });
	commands.push(
		{ label: `${t("theme.label")} : ${t("theme.dark")}`.replace(" :", ":"), icon: "settings", run: () => chooseTheme("dark") },
		{ label: `${t("theme.label")} : ${t("theme.light")}`.replace(" :", ":"), icon: "settings", run: () => chooseTheme("light") },
		{ label: t("key.title"), icon: "help", run: onHelp },
		{ label: t("nav.leave"), icon: "leave", run: leave },
	);
	const text = q.trim();
	const found = commands.filter((c) => matches(c.label, text));
	if (/^inc-/i.test(text) && can("incident.read")) found.unshift({ label: t("palette.incident", { id: text }), icon: "incidents", run: () => go(["incidents", text]) });
	if (text !== "") {
		if (can("incident.read")) found.push({ label: t("palette.incidents", { q: text }), icon: "incidents", run: () => go(["incidents"], { q: text }) });
		if (can("event.read")) found.push({ label: t("palette.events", { q: text }), icon: "events", run: () => go(["events"], { q: text }) });
		if (can("asset.read")) found.push({ label: t("palette.assets", { q: text }), icon: "assets", run: () => go(["assets"], { q: text }) });
	}
	const shown = found.slice(0, 12);
	const chosen = Math.min(at, shown.length - 1);
	const run = (command: Command | undefined) => {
		if (!command) return;
		onClose();
		command.run();
	};
	const pressed = (event: KeyboardEvent) => {
		if (event.key === "ArrowDown") setAt((chosen + 1) % Math.max(1, shown.length));
		else if (event.key === "ArrowUp") setAt((chosen - 1 + shown.length) % Math.max(1, shown.length));
		else if (event.key === "Enter") run(shown[chosen]);
		else return;
		event.preventDefault();
	};
	return (
		<dialog ref={box} class="palette" aria-label={t("palette.title")} onCancel={(e) => { e.preventDefault(); onClose(); }} onClick={(e) => { if (e.target === box.current) onClose(); }}>
			<input type="text" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list" aria-label={t("palette.title")}
				aria-activedescendant={shown.length > 0 ? `palette-${chosen}` : undefined} placeholder={t("palette.hint")} value={q} autoComplete="off"
				onInput={(e) => { setQ(e.currentTarget.value); setAt(0); }} onKeyDown={pressed} />
			<ul id="palette-list" role="listbox" aria-label={t("palette.title")}>
				{shown.map((c, i) => (
					<li key={c.label} id={`palette-${i}`} role="option" aria-selected={i === chosen} onMouseMove={() => setAt(i)} onClick={() => run(c)}>
						<Icon name={c.icon} /><span>{c.label}</span>
					</li>
				))}
			</ul>
			<span class="sr" role="status">{t("palette.results", { n: shown.length })}</span>
		</dialog>
	);
}

const HELP: [string[], Word][] = [
	[["Ctrl", "K"], "key.palette"], [["?"], "key.help"], [["/"], "key.search"], [["g"], "key.go"], [["j"], "key.down"], [["k"], "key.up"],
	[["Enter"], "key.open"], [["x"], "key.pick"], [["o"], "key.own"], [["s"], "key.severity"], [["f"], "key.false"], [["n"], "key.new"], [["Esc"], "key.escape"],
];

export function KeyboardHelp({ onClose }: { onClose: () => void }) {
	return (
		<Dialog title={t("key.title")} onClose={onClose}>
			<dl class="keys">
				{HELP.map(([keys, word]) => [
					<dt key={word}>{keys.map((k) => <><kbd>{k}</kbd> </>)}</dt>,
					<dd key={`${word}.`}>{t(word)}</dd>,
				])}
			</dl>
			<p class="small muted">{t("key.off")}</p>
		</Dialog>
	);
}
