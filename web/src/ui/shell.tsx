// SPDX-License-Identifier: AGPL-3.0-or-later
// What surrounds every page: the bar, the list of pages, the tabs of a phone.
import * as adapt from "../core/adapt.ts";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t, type Word } from "../core/i18n.ts";
import { startPrefix, useKeys } from "../core/keys.ts";
import { useLiveMode } from "../core/live.ts";
import { mayOpen, pages } from "../core/pages.ts";
import { useResource } from "../core/data.ts";
import { go, href, usePlace } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { Today } from "../core/types.ts";
import { Icon } from "./icons.tsx";
import { KeyboardHelp, Palette } from "./palette.tsx";

const BOTTOM = ["today", "incidents", "alerts", "clocks", "documents", "journal", "users", "account"];

export function Shell({ children }: { children: ComponentChildren }) {
	const { user, vocabulary, leave, can } = useSession();
	const place = usePlace();
	const here = place.path[0] ?? "";
	const [menu, setMenu] = useState(false);
	const [palette, setPalette] = useState(false);
	const [help, setHelp] = useState(false);
	const live = useLiveMode();
	const today = useResource<Today>(can("incident.read") ? "/api/today" : null, {}, ["incidents"], adapt.today);
	const waiting = today.data?.counts.new ?? 0;
	const content = useRef<HTMLElement>(null);

	useEffect(() => setMenu(false), [location.hash]);
	useEffect(() => {
		const pressed = (event: KeyboardEvent) => {
			if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
				event.preventDefault();
				setPalette(true);
			}
		};
		document.addEventListener("keydown", pressed);
		return () => document.removeEventListener("keydown", pressed);
	}, []);
	const open = pages.filter((p) => mayOpen(p, user.rights));
	const letters = Object.fromEntries(open.filter((p) => p.key).map((p) => [p.key as string, () => go([p.id])]));
	useKeys({
		":": () => setPalette(true),
		"?": () => setHelp(true),
		g: startPrefix,
		"/": () => document.querySelector<HTMLElement>("main input[type=search]")?.focus(),
	});
	useKeys(letters, true);

	const link = (p: (typeof pages)[number], withCount: boolean) => (
		<a href={href([p.id])} aria-current={here === p.id ? "page" : undefined}>
			<Icon name={p.icon} />
			<span>{t(p.word)}</span>
			{withCount && p.id === "incidents" && waiting > 0 && <span class="count"><span class="sr">{t("nav.waiting")} </span>{waiting}</span>}
		</a>
	);
	return (
		<div class="shell">
			<a class="skip" href="#main" onClick={(e) => { e.preventDefault(); content.current?.focus(); }}>{t("app.skip")}</a>
			<header class="top">
				<button class="icon menu-button" aria-label={t("app.menu")} aria-expanded={menu} onClick={() => setMenu(!menu)}><Icon name={menu ? "close" : "menu"} /></button>
				<a class="brand" href="#/">
					<svg viewBox="0 0 32 32" aria-hidden="true"><path d="M16 2l6 7v3h1.500v18h-15V12H10V9z" fill="#f3ead9" /><path d="M16 11.500c-2.200 0-3.300 1.700-3.300 3.700v1.600L11.500 19h9l-1.200-2.200v-1.600c0-2-1.100-3.700-3.300-3.700z" fill="#b87a2a" /></svg>
					<span>{t("app.name")}</span>
					<span class="org wide-only">{vocabulary.organisation.name}</span>
				</a>
				<span class="grow" />
				{live !== "off" && <span class={`live ${live === "poll" ? "poll" : ""}`} title={t(live === "poll" ? "app.polling.why" : "app.live.why")}><span class="wide-only">{t(live === "poll" ? "app.polling" : "app.live")}</span></span>}
				<button class="icon" aria-label={t("palette.title")} title={`${t("palette.title")} (Ctrl K)`} onClick={() => setPalette(true)}><Icon name="search" /></button>
				<button class="icon wide-only" aria-label={t("key.title")} title={`${t("key.title")} (?)`} onClick={() => setHelp(true)}><Icon name="help" /></button>
				<a class="button icon" href="#/account" aria-label={`${t("nav.account")} (${user.display})`} title={user.display}><Icon name="account" /></a>
			</header>
			<nav class={`nav ${menu ? "open" : ""}`} aria-label={t("app.nav")}>
				{(["now", "watch", "council", "house"] as const).map((group) => {
					const shown = open.filter((p) => p.group === group);
					return shown.length > 0 && (
						<div key={group}>
							<h2>{t(`nav.group.${group}` as Word)}</h2>
							<ul>{shown.map((p) => <li key={p.id}>{link(p, true)}</li>)}</ul>
						</div>
					);
				})}
				<ul><li><button class="out" onClick={leave}><Icon name="leave" /><span>{t("nav.leave")}</span></button></li></ul>
			</nav>
			<main id="main" ref={content} tabIndex={-1}>{children}</main>
			<nav class="tabs-bottom no-print" aria-label={t("nav.short")}>
				{open.filter((p) => BOTTOM.includes(p.id)).sort((a, b) => BOTTOM.indexOf(a.id) - BOTTOM.indexOf(b.id)).slice(0, 4).map((p) => <span key={p.id} class="stack-s">{link(p, false)}</span>)}
			</nav>
			{palette && <Palette onClose={() => setPalette(false)} onHelp={() => setHelp(true)} />}
			{help && <KeyboardHelp onClose={() => setHelp(false)} />}
		</div>
	);
}
