// SPDX-License-Identifier: AGPL-3.0-or-later
// What needs me now, in plain words.
import { useState } from "preact/hooks";
import * as adapt from "../core/adapt.ts";
import { language, number, t, type Word } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { href } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { DocumentRow, Need, Sensor, Today } from "../core/types.ts";
import { formatBytes } from "../pure/size.ts";
import { midnight } from "../pure/time.ts";
import { Card, Countdown, Empty, ErrorNote, Loading, Meter, Page, Spark, Time } from "../ui/basic.tsx";
import { ClockList } from "../ui/clocks.tsx";
import { FormatButtons } from "../ui/exports.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";

const NEED_ICON: Record<string, IconName> = { clock: "clocks", task: "task", inbox: "bell", action: "check" };
const NEED_TAB: Record<string, string> = { clock: "clocks", task: "tasks", action: "actions" };

function NeedLine({ need }: { need: Need }) {
	const kind = need.kind in NEED_ICON ? need.kind : "task";
	const to = need.incident ? href(["incidents", need.incident, ...(NEED_TAB[need.kind] ? [NEED_TAB[need.kind] as string] : [])]) : href(["incidents"], { state: "new" });
	return (
		<li>
			<a class="line split" href={to}>
				<span class="row top-aligned">
					<Icon name={NEED_ICON[kind] as IconName} />
					<span class="stack-s">
						<span class="title">{need.title}</span>
						<span class="small muted">{t(`need.${kind}` as Word)}{need.incident ? ` · ${need.incident}` : ""}</span>
					</span>
				</span>
				{need.due && <Countdown due={need.due} />}
			</a>
		</li>
	);
}

function SensorLine({ sensor }: { sensor: Sensor }) {
	const part = sensor.packets + sensor.dropped > 0 ? sensor.dropped / (sensor.packets + sensor.dropped) : 0;
	const tone = sensor.state === "silent" ? "bad" : sensor.dropped > 0 ? "warn" : sensor.state === "ok" ? "good" : "";
	return (
		<li class="line">
			<span class="row between">
				<span class="title break">{sensor.name}</span>
				<span class={`tag ${tone}`}>{t(`sensor.${sensor.state === "silent" || sensor.state === "ended" ? sensor.state : "ok"}` as Word)}</span>
			</span>
			<span class="small muted">
				{t("sensor.seen")} <Time iso={sensor.last_seen} /> · {t("sensor.packets", { n: sensor.packets })}
				{sensor.dropped > 0 && <strong class="warn"> · {t("sensor.dropped", { n: sensor.dropped, part: number(Math.max(0.1, part * 100)) })}</strong>}
			</span>
			{sensor.why && <span class="small">{sensor.why}</span>}
		</li>
	);
}

/** The reports that a manager asks for, of the last 30 days, without leaving the page. */
function Reports() {
	const { data } = useResource<{ documents: DocumentRow[] }>("/api/documents");
	const { zone } = useSession();
	const [now] = useState(() => Date.now());
	const shown = (data?.documents ?? []).filter((d) => d.about === "period" && d.formats.length > 0);
	if (shown.length === 0) return null;
	return (
		<Card title={t("today.reports")} pad={false}>
			<ul class="rows">
				{shown.map((d) => (
					<li key={d.kind} class="line">
						<span class="title">{d.title}</span>
						<FormatButtons title={d.title} formats={d.formats} path={(format) => ({ path: `/api/reports/${encodeURIComponent(d.kind)}`, query: { from: midnight(now, -30, zone), to: midnight(now, 1, zone), format, lang: language() } })} />
					</li>
				))}
			</ul>
		</Card>
	);
}

function summary(today: Today): string {
	const late = today.needs.filter((n) => n.late || (n.due && Date.parse(n.due) < Date.now())).length;
	const silent = today.health.sensors.filter((s) => s.state === "silent").length;
	const parts = [
		today.needs.length === 0 ? t("today.calm") : t("today.sum.needs", { n: today.needs.length }),
		late > 0 ? t("today.sum.late", { n: late }) : "",
		silent > 0 ? t("today.sum.silent", { n: silent }) : "",
	];
	return parts.filter(Boolean).join(" ");
}

export function TodayPage() {
	const { can, user } = useSession();
	const { data, error, reload } = useResource<Today>("/api/today", {}, ["incidents", "alerts", "health"], adapt.today);
	const greeting = t("today.hello", { name: user.display.split(" ")[0] ?? user.display });
	if (error && !data) return <Page title={greeting} name="today"><ErrorNote error={error} retry={reload} /></Page>;
	if (!data) return <Page title={greeting} name="today"><Loading /></Page>;
	const { health, counts } = data;
	const disk = health.budget_bytes > 0 ? health.disk_bytes / health.budget_bytes : 0;
	const alerts24 = data.spark.reduce((a, b) => a + b, 0);
	const lang = language();
	return (
		<Page title={greeting} name="today" lead={summary(data)} actions={can("report.read") ? <a class="button" href="#/documents"><Icon name="documents" />{t("nav.documents")}</a> : undefined}>
			{error && <ErrorNote error={error} retry={reload} />}
			<div class="figures">
				<a class="card figure" href={href(["incidents"], { state: "new" })}><span class="value">{number(counts.new)}</span><span class="name">{t("today.count.new")}</span></a>
				<a class="card figure" href={href(["incidents"], { state: "open" })}><span class="value">{number(counts.open)}</span><span class="name">{t("today.count.open")}</span></a>
				<a class="card figure" href={href(["incidents"], { state: "closed" })}><span class="value">{number(counts.closed_30d)}</span><span class="name">{t("today.count.closed")}</span></a>
				<div class="card figure"><span class="value">{number(alerts24)}</span><span class="name">{t("today.count.alerts")}</span><Spark values={data.spark} label={t("today.spark", { n: alerts24 })} /></div>
			</div>
			<div class="grid-side">
				<div class="stack">
					<Card title={t("today.needs")} pad={false}>
						{data.needs.length === 0
							? <Empty icon="check" title={t("today.calm")} level={3}><p>{t("today.calm.text")}</p></Empty>
							: <ul class="rows">{data.needs.map((n) => <NeedLine key={`${n.kind} ${n.id}`} need={n} />)}</ul>}
					</Card>
					<Card title={t("today.health")} pad={false}>
						{health.sensors.length === 0
							? <Empty icon="eye" title={t("sensor.none")} level={3}><p>{t("sensor.none.text")}</p><code>beffroi watch -i eth0 --dossier DOSSIER</code></Empty>
							: <ul class="rows">{health.sensors.map((s) => <SensorLine key={s.name} sensor={s} />)}</ul>}
						<div class="pad stack">
							<p class="small muted">{t("today.events", { n: health.events_today })}</p>
							{health.budget_bytes > 0 && (
								<div class="stack-s">
									<span class="row between small"><span>{t("today.disk")}</span><span class="num">{formatBytes(health.disk_bytes, lang)} / {formatBytes(health.budget_bytes, lang)}</span></span>
									<Meter part={disk} tone={disk > 0.95 ? "bad" : disk > 0.8 ? "warn" : ""} label={`${t("today.disk")}: ${number(Math.round(disk * 100))} %`} />
								</div>
							)}
						</div>
					</Card>
				</div>
				<div class="stack">
					{can("report.read") && !can("alert.read") && <Reports />}
					<Card title={t("today.clocks")} pad={false} actions={<a href="#/clocks" class="small">{t("app.all")}</a>}>
						<ClockList clocks={data.clocks.slice(0, 4)} withIncident />
					</Card>
				</div>
			</div>
		</Page>
	);
}
