// SPDX-License-Identifier: AGPL-3.0-or-later
// What passes: by application over time, and who weighs most.
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { language, number, t } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { href, setQuery, type Place } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { Traffic } from "../core/types.ts";
import { formatBytes } from "../pure/size.ts";
import { stack } from "../pure/stack.ts";
import { formatTime } from "../pure/time.ts";
import { Card, Empty, ErrorNote, Loading, Meter, Page, Time } from "../ui/basic.tsx";

const SPANS = { "24h": [24, 3600], "7d": [168, 6 * 3600], "30d": [720, 24 * 3600] } as const;
type Span = keyof typeof SPANS;

function Plot({ buckets, zone }: { buckets: Traffic["buckets"]; zone: string }) {
	const box = useRef<HTMLDivElement>(null);
	const [look, setLook] = useState(0);
	useEffect(() => {
		const redraw = () => setLook((n) => n + 1);
		const system = matchMedia("(prefers-color-scheme: dark)");
		document.addEventListener("themechange", redraw);
		system.addEventListener("change", redraw);
		return () => {
			document.removeEventListener("themechange", redraw);
			system.removeEventListener("change", redraw);
		};
	}, []);
	const stacked = stack(buckets, 7, t("traffic.rest"), "bytes");
	const lang = language();
	useEffect(() => {
		const parent = box.current;
		if (!parent) return undefined;
		const style = getComputedStyle(parent);
		const color = (name: string) => style.getPropertyValue(name).trim();
		const axis = { stroke: color("--ink-2"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line"), width: 1 }, font: "12px system-ui, sans-serif" };
		const layers = [...stacked.tops.keys()].reverse();
		const plot = new uPlot({
			width: parent.clientWidth, height: 300,
			tzDate: (s) => uPlot.tzDate(new Date(s * 1000), zone),
			legend: { show: false },
			cursor: { y: false },
			scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.05)] } },
			axes: [
				{ ...axis, space: 90, values: (_, splits) => splits.map((s) => formatTime(new Date(s * 1000).toISOString(), zone, lang, (splits[1] ?? 0) - (splits[0] ?? 0) >= 86400 ? "weekday" : "hour")) },
				{ ...axis, size: 70, values: (_, splits) => splits.map((v) => formatBytes(v, lang)) },
			],
			series: [{}, ...layers.map((n) => ({ label: stacked.names[n] ?? "", stroke: color(`--c${(n % 8) + 1}`), fill: color(`--c${(n % 8) + 1}`), width: 0, points: { show: false } }))],
		}, [stacked.times, ...layers.map((n) => stacked.tops[n] as number[])], parent);
		const resized = new ResizeObserver(() => plot.setSize({ width: parent.clientWidth, height: 300 }));
		resized.observe(parent);
		return () => {
			resized.disconnect();
			plot.destroy();
		};
	}, [buckets, look, lang, zone]);
	return (
		<div class="stack">
			<div class="plot" ref={box} role="img" aria-label={t("traffic.plot")} />
			<ul class="legend">
				{stacked.names.map((name, n) => (
					<li key={name}><svg viewBox="0 0 10 10" aria-hidden="true"><rect class={`fill-c${(n % 8) + 1}`} width="10" height="10" rx="2" /></svg>{name} <span class="muted num">{formatBytes((stacked.values[n] ?? []).reduce((a, b) => a + b, 0), lang)}</span></li>
				))}
			</ul>
		</div>
	);
}

function Top({ title, rows, link }: { title: string; rows: { name: string; bytes: number; flows: number }[]; link: boolean }) {
	const most = Math.max(1, ...rows.map((r) => r.bytes));
	return (
		<Card title={title}>
			{rows.length === 0 ? <p class="muted">{t("traffic.none")}</p> : (
				<ol class="bars">
					{rows.slice(0, 12).map((r) => (
						<li key={r.name}>
							<span class="row between small">{link ? <a class="break" href={href(["events"], { q: r.name })}>{r.name}</a> : <span class="break">{r.name}</span>}<span class="num muted">{formatBytes(r.bytes, language())} · {t("traffic.nflows", { n: r.flows })}</span></span>
							<Meter part={r.bytes / most} label={`${r.name}: ${formatBytes(r.bytes, language())}`} />
						</li>
					))}
				</ol>
			)}
		</Card>
	);
}

export function TrafficPage({ place }: { place: Place }) {
	const { zone } = useSession();
	const span: Span = place.query.span === "24h" || place.query.span === "30d" ? place.query.span : "7d";
	const [hours, step] = SPANS[span];
	// To the minute, so that the question stays the same while one looks.
	const [now] = useState(() => Math.floor(Date.now() / 60_000) * 60_000);
	const at = (ms: number) => new Date(ms).toISOString().replace(".000Z", "Z");
	const { data, error, reload } = useResource<Traffic>("/api/traffic", { from: at(now - hours * 3600_000), to: at(now + 60_000), step }, []);
	return (
		<Page title={t("nav.traffic")} name="traffic">
			<div class="chips" role="group" aria-label={t("events.span")}>
				{(Object.keys(SPANS) as Span[]).map((s) => <button key={s} class="chip" aria-pressed={s === span} onClick={() => setQuery(place, { span: s })}>{t(`traffic.span.${s}`)}</button>)}
			</div>
			{error && <ErrorNote error={error} retry={reload} />}
			{!data && !error && <Loading />}
			{data && (data.buckets.length === 0 ? <Card><Empty icon="traffic" title={t("traffic.none")}><p>{t("traffic.none.text")}</p></Empty></Card> : (
				<>
					<Card title={t("traffic.title")}>
						<Plot buckets={data.buckets} zone={zone} />
						<details>
							<summary>{t("traffic.table")}</summary>
							<div class="table-wrap" tabIndex={0} role="group" aria-label={t("traffic.table")}>
								<table>
									<thead><tr><th scope="col">{t("events.at")}</th><th scope="col" class="right">{t("traffic.bytes")}</th><th scope="col" class="right">{t("traffic.flows")}</th></tr></thead>
									<tbody>
										{data.buckets.map((b) => {
											const all = Object.values(b.apps);
											return <tr key={b.at}><td><Time iso={b.at} /></td><td class="right num">{formatBytes(all.reduce((s, v) => s + v.bytes, 0), language())}</td><td class="right num">{number(all.reduce((s, v) => s + v.flows, 0))}</td></tr>;
										})}
									</tbody>
								</table>
							</div>
						</details>
					</Card>
					<div class="grid2"><Top title={t("traffic.hosts")} rows={data.top.hosts} link /><Top title={t("traffic.apps")} rows={data.top.apps} link={false} /></div>
				</>
			))}
		</Page>
	);
}
