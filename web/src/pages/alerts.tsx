// SPDX-License-Identifier: AGPL-3.0-or-later
import * as adapt from "../core/adapt.ts";
import { send } from "../core/api.ts";
import { number, t, tOr } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { useKeys } from "../core/keys.ts";
import { usePaged } from "../core/paged.ts";
import { go, href, setQuery, type Place } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { AlertFull, AlertRow } from "../core/types.ts";
import { Card, Empty, ErrorNote, Facts, Loading, Page, Severity, Time } from "../ui/basic.tsx";
import { FormatButtons } from "../ui/exports.tsx";
import { sayError } from "../ui/feedback.tsx";
import { SelectField, TimeField } from "../ui/form.tsx";
import { Icon } from "../ui/icons.tsx";
import { MoreRows, useLines } from "../ui/list.tsx";
import { ExceptionButton } from "./exceptions.tsx";
import { SearchBox } from "../ui/search.tsx";

interface AlertPage_ { alerts: AlertRow[]; next?: string; total?: number }

export async function openIncident(alert: AlertRow): Promise<void> {
	try {
		if (alert.incident) return go(["incidents", alert.incident]);
		const answer = await send<{ id: string }>("POST", `/api/alerts/${encodeURIComponent(alert.id)}/open`);
		go(["incidents", answer.id]);
	} catch (error) {
		sayError(error);
	}
}

export function AlertsPage({ place }: { place: Place }) {
	const { vocabulary, can } = useSession();
	const q = place.query;
	const query = { q: q.q, severity: q.severity, detector: q.detector, from: q.from, to: q.to, limit: 50 };
	const list = usePaged<AlertPage_, AlertRow>("/api/alerts", query, (p) => p.alerts, ["alerts"], adapt.alerts);
	const { data, error, reload } = list.first;
	const lines = useLines(list.rows.length, JSON.stringify(query), (at) => go(["alerts", list.rows[at]!.id]),
		can("incident.write") ? { o: () => { const row = list.rows[lines.chosen]; if (row) void openIncident(row); } } : {});
	return (
		<Page title={t("nav.alerts")} name="alerts" lead={t("alerts.lead")}>
			<Card pad={false}>
				<div class="filters">
					<div class="field wide"><SearchBox label={t("alerts.q")} value={q.q ?? ""} onValue={(value) => setQuery(place, { q: value })} /></div>
					<SelectField label={t("incidents.severity")} value={q.severity ?? ""} empty={t("incidents.any")} options={vocabulary.severities} onValue={(severity) => setQuery(place, { severity })} />
					<TimeField label={t("filter.from")} value={q.from ?? ""} onValue={(from) => setQuery(place, { from })} />
					<TimeField label={t("filter.to")} value={q.to ?? ""} onValue={(to) => setQuery(place, { to })} />
				</div>
				{error && <div class="pad"><ErrorNote error={error} retry={reload} /></div>}
				{!data && !error && <Loading />}
				{data && list.rows.length === 0 && <Empty icon="alerts" title={t("alerts.none")}><p>{t("alerts.none.text")}</p></Empty>}
				{list.rows.length > 0 && (
					<>
						<table class="fold wide">
							<caption class="sr">{t("nav.alerts")}</caption>
							<thead><tr><th scope="col">{t("incidents.severity")}</th><th scope="col">{t("incidents.col.title")}</th><th scope="col">{t("alerts.from")}</th><th scope="col">{t("alerts.to")}</th><th scope="col">{t("alerts.technique")}</th><th scope="col">{t("alerts.at")}</th></tr></thead>
							<tbody ref={lines.body}>
								{list.rows.map((a, i) => (
									<tr key={a.id} class={`link ${i === lines.chosen ? "at" : ""}`} aria-current={i === lines.chosen ? "true" : undefined} onClick={() => lines.setAt(i)}>
										<td data-label={t("incidents.severity")}><Severity value={a.severity} /></td>
										<td class="main"><span class="stack-s"><a href={href(["alerts", a.id])} onFocus={() => lines.setAt(i)}>{a.title}</a>{(a.count ?? 1) > 1 && <span class="small muted">{t("alerts.count", { n: a.count ?? 1 })}</span>}</span></td>
										<td data-label={t("alerts.from")}><span class="break">{a.source}</span></td>
										<td data-label={t("alerts.to")}><span class="break">{a.target}</span></td>
										<td data-label={t("alerts.technique")}>{a.technique ? <span class="tag" title={a.technique.name}>{a.technique.id}</span> : ""}</td>
										<td data-label={t("alerts.at")}><Time iso={a.at} style="list" /></td>
									</tr>
								))}
							</tbody>
						</table>
						<MoreRows shown={list.rows.length} total={data?.total} next={list.next} onMore={list.readMore} />
					</>
				)}
			</Card>
		</Page>
	);
}

/** Some minutes before or after a moment. */
function around(iso: string, minutes: number): string | undefined {
	const at = Date.parse(iso);
	return Number.isNaN(at) ? undefined : new Date(Math.floor(at / 60_000 + minutes) * 60_000).toISOString().replace(".000Z", "Z");
}
function pivot(address: string, mayLook: boolean) {
	return mayLook && address !== "" ? <a class="break" href={href(["events"], { q: address })}>{address}</a> : address;
}

export function AlertPage({ place }: { place: Place }) {
	const id = place.path[1] ?? "";
	const { can } = useSession();
	const { data, error, reload } = useResource<{ alert: AlertFull }>(`/api/alerts/${encodeURIComponent(id)}`, {}, ["alerts"], adapt.alertFull);
	const alert = data?.alert;
	useKeys(alert && can("incident.write") ? { o: () => void openIncident(alert) } : {});
	if (error && !alert) return <Page title={id}><ErrorNote error={error} retry={reload} /></Page>;
	if (!alert) return <Page title={id}><Loading /></Page>;
	const facts = Object.entries(alert.facts ?? {}).map(([name, value]): [string, string] => [name.replace(/_/g, " "), typeof value === "object" ? JSON.stringify(value) : String(value)]);
	return (
		<Page title={alert.title} name={id} actions={(
			<>
				{alert.incident ? can("incident.read") && <a class="button primary" href={href(["incidents", alert.incident])}>{t("alert.incident")}</a>
					: can("incident.write") && <button class="primary" onClick={() => void openIncident(alert)}><Icon name="plus" />{t("alert.open")}</button>}
				{alert.exception ? <a class="button" href={href(["exceptions", alert.exception])}>{t("exceptions.by")}</a>
					: can("incident.write") && alert.sid > 0 && <ExceptionButton given={{ sid: String(alert.sid), address: alert.source, side: alert.source ? "source" : "either" }} />}
				{can("incident.read") && <a class="button" href={href(["trace", id])}>{t("trace.go")}</a>}
				{can("event.read") && alert.source && <a class="button" href={href(["events"], { q: alert.source, from: around(alert.at, -5), to: around(alert.last ?? alert.at, 5) })}>{t("alert.events")}</a>}
			</>
		)}>
			<Card>
				<div class="row"><code>{alert.id}</code><Severity value={alert.severity} />{alert.technique && <span class="tag brass">{alert.technique.id} {alert.technique.name}</span>}{alert.stage && <span class="tag">{tOr(`stage.${alert.stage}`, alert.stage)}</span>}</div>
			</Card>
			<div class="grid-side">
				<div class="stack">
					{alert.what && <Card title={t("alert.what")}><p class="story pre">{alert.what}</p></Card>}
					{alert.why && <Card title={t("alert.why")}><p class="story pre">{alert.why}</p></Card>}
					{alert.now && <Card title={t("alert.now")}><p class="story pre">{alert.now}</p></Card>}
				</div>
				<div class="stack">
					<Card title={t("alert.facts")}>
						<Facts rows={[[t("alerts.from"), pivot(alert.source, can("event.read"))], [t("alerts.to"), pivot(alert.target, can("event.read"))], [t("alert.first"), <Time iso={alert.at} style="second" />], [t("alert.last"), alert.last ? <Time iso={alert.last} style="second" /> : ""],
							[t("alert.times"), (alert.count ?? 0) > 0 ? number(alert.count ?? 0) : ""], [t("alert.detector"), alert.detector]]} />
						{facts.length > 0 && <details><summary class="small">{t("alert.raw")}</summary><Facts rows={facts} /></details>}
					</Card>
					{can("evidence.read") && alert.hasEvidence && (
						<Card title={t("evidence.packets")}>
							<div class="stack">
								<p class="small muted">{t("alert.evidence")}</p>
								{alert.evidence && <p class="small"><code class="break">{alert.evidence.sha256}</code></p>}
								<FormatButtons title={t("evidence.packets")} formats={["pcap"]} path={() => ({ path: `/api/alerts/${encodeURIComponent(id)}/evidence`, query: {} })} />
							</div>
						</Card>
					)}
				</div>
			</div>
		</Page>
	);
}
