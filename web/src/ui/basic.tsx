// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../core/api.ts";
import { t, type Word } from "../core/i18n.ts";
import { useSession } from "../core/session.tsx";
import { formatSpan, urgency, type TimeStyle } from "../pure/time.ts";
import { language } from "../core/i18n.ts";
import { Icon, type IconName } from "./icons.tsx";

/** A page: its title has the focus when one arrives, so that a screen reader begins there. */
export function Page({ title, lead, actions, children, name }: {
	title: string; lead?: string; actions?: ComponentChildren; children: ComponentChildren; name?: string;
}) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = `${title} · ${t("app.name")}`;
	}, [title]);
	useEffect(() => {
		if (document.activeElement === document.body || !document.activeElement?.closest("dialog, input, select, textarea")) heading.current?.focus({ preventScroll: true });
		window.scrollTo(0, 0);
	}, [name ?? title]);
	return (
		<div class="page">
			<div class="page-head">
				<h1 ref={heading} tabIndex={-1}>{title}</h1>
				{actions && <div class="buttons">{actions}</div>}
				{lead && <p class="lead">{lead}</p>}
			</div>
			{children}
		</div>
	);
}

export function Card({ title, actions, children, pad = true, class: extra = "", id }: {
	title?: string; actions?: ComponentChildren; children: ComponentChildren; pad?: boolean; class?: string; id?: string;
}) {
	return (
		<section class={`card ${extra}`} aria-label={title} id={id}>
			{title && (
				<div class="card-head">
					<h2>{title}</h2>
					{actions}
				</div>
			)}
			{pad ? <div class="pad">{children}</div> : children}
		</section>
	);
}

export function errorText(error: unknown): string {
	if (!(error instanceof ApiError)) return t("error.other", { status: "?" });
	if (error.status === 0) return t("error.network");
	if (error.message !== "") return error.message;
	const known = ["400", "401", "403", "404", "409", "413", "429"];
	const status = String(error.status);
	return known.includes(status) ? t(`error.${status}` as Word) : t("error.other", { status });
}

export function ErrorNote({ error, retry }: { error: unknown; retry?: () => void }) {
	return (
		<div class="note bad" role="alert">
			<strong>{t("error.title")}</strong>
			<p>{errorText(error)}</p>
			{retry && <div><button class="mini" onClick={retry}>{t("app.retry")}</button></div>}
		</div>
	);
}

export function Loading() {
	return (
		<div class="skeleton" role="status">
			<span class="sr">{t("app.loading")}</span>
			<i /><i /><i /><i />
		</div>
	);
}

export function Empty({ icon, title, children, level = 2 }: { icon: IconName; title: string; children?: ComponentChildren; level?: 2 | 3 }) {
	const H = level === 2 ? "h2" : "h3";
	return (
		<div class="empty">
			<Icon name={icon} />
			<H>{title}</H>
			{children}
		</div>
	);
}

/** Bars, a word and a colour: never the colour alone. */
export function Severity({ value, short = false }: { value: string; short?: boolean }) {
	const { severityLabel } = useSession();
	const n = Math.min(4, Math.max(0, Number(value) || 0));
	const label = n === 0 ? t("severity.none") : severityLabel(value);
	return (
		<span class={`sev sev${n}`} title={label}>
			<svg viewBox="0 0 16 16" aria-hidden="true">
				{[1, 2, 3, 4].map((i) => <rect key={i} class={i <= n ? "on" : ""} x={(i - 1) * 4} y={12 - i * 3} width="3" height={4 + i * 3} rx="1" />)}
			</svg>
			<span class={short ? "sr" : ""}>{label}</span>
		</span>
	);
}

const STATE_TONE: Record<string, string> = {
	new: "accent", qualified: "warn", contained: "warn", eradicated: "brass", recovered: "good", closed: "", "false-positive": "", merged: "",
};
export function StateTag({ state }: { state: string }) {
	const { stateLabel } = useSession();
	return <span class={`tag ${STATE_TONE[state] ?? ""}`}>{stateLabel(state)}</span>;
}

/** The present, once a second for what is close, else twice a minute. */
export function useNow(everyMs: number): number {
	const [now, setNow] = useState(Date.now());
	useEffect(() => {
		const timer = setInterval(() => setNow(Date.now()), everyMs);
		return () => clearInterval(timer);
	}, [everyMs]);
	return now;
}

export function Countdown({ due }: { due: string }) {
	const close = Math.abs(Date.parse(due) - Date.now()) < 3600_000;
	const now = useNow(close ? 1000 : 30_000);
	const left = Date.parse(due) - now;
	const span = formatSpan(left, language());
	return (
		<span class={`countdown ${urgency(due, now)}`} role="timer" aria-live="off">
			{left < 0 ? t("clock.late", { span }) : t("clock.left", { span })}
		</span>
	);
}

/** A dial that empties: `from` to `due`. */
export function Dial({ from, due }: { from?: string | undefined; due: string }) {
	const now = useNow(30_000);
	const end = Date.parse(due);
	const start = from ? Date.parse(from) : end - 72 * 3600_000;
	const part = Math.min(1, Math.max(0, (end - now) / Math.max(1, end - start)));
	const around = 2 * Math.PI * 17;
	return (
		<svg class={`dial ${urgency(due, now)}`} viewBox="0 0 44 44" aria-hidden="true">
			<circle class="track" cx="22" cy="22" r="17" />
			<circle class="left" cx="22" cy="22" r="17" stroke-dasharray={`${part * around} ${around}`} transform="rotate(-90 22 22)" stroke-linecap="round" />
		</svg>
	);
}

export function Time({ iso, style = "minute" }: { iso: string | undefined; style?: TimeStyle | "list" }) {
	const { time, zone } = useSession();
	if (!iso) return <span class="muted">–</span>;
	return <time dateTime={iso} title={`${time(iso, "long")} · ${zone}`} class="nowrap">{time(iso, style === "list" ? (iso.slice(0, 4) === new Date().toISOString().slice(0, 4) ? "short" : "minute") : style)}</time>;
}

export function Facts({ rows, two = false }: { rows: [string, ComponentChildren][]; two?: boolean }) {
	const shown = rows.filter(([, value]) => value !== undefined && value !== null && value !== "");
	return (
		<dl class={`facts ${two ? "two" : ""}`}>
			{shown.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}
		</dl>
	);
}

export function Meter({ part, label, tone = "" }: { part: number; label: string; tone?: string }) {
	const width = Math.round(Math.min(1, Math.max(0, part)) * 1000) / 10;
	return (
		<div class={`meter ${tone}`} role="img" aria-label={label}>
			<svg viewBox="0 0 100 1" preserveAspectRatio="none"><rect width={width} height="1" /></svg>
		</div>
	);
}

/** Small columns, one for each value; the words beside it say what they are. */
export function Spark({ values, label }: { values: number[]; label: string }) {
	const most = Math.max(1, ...values);
	return (
		<svg class="spark" viewBox={`0 0 ${values.length * 5} 30`} preserveAspectRatio="none" role="img" aria-label={label}>
			{values.map((v, i) => {
				const height = v === 0 ? 1 : 3 + (v / most) * 27;
				return <rect key={i} class={v === 0 ? "zero" : ""} x={i * 5 + 0.5} y={30 - height} width="4" height={height} />;
			})}
		</svg>
	);
}
