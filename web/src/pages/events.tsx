// SPDX-License-Identifier: AGPL-3.0-or-later
// Search in all that the sensors wrote. The address holds the whole question.
import { Fragment } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../core/i18n.ts";
import { usePaged } from "../core/paged.ts";
import { href, setQuery, type Place } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { Eve } from "../core/types.ts";
import { ends, summary } from "../pure/eve.ts";
import { Card, Empty, ErrorNote, Loading, Page, Time } from "../ui/basic.tsx";
import { SelectField, TimeField } from "../ui/form.tsx";
import { MoreRows, useLines } from "../ui/list.tsx";
import { SearchBox } from "../ui/search.tsx";

interface EventPage { events: Eve[]; next?: string; searched_to?: string; complete?: boolean }
const TYPES = ["alert", "anomaly", "dhcp", "dns", "fileinfo", "flow", "ftp", "http", "ldap", "ntp", "smtp", "ssh", "tls"];
const SPANS: [string, number][] = [["1h", 1], ["24h", 24], ["7d", 168]];

/** One more word in the search: from an event to all that its machine did. */
function Pivot({ place, address, text }: { place: Place; address: string; text: string }) {
	if (address === "" || address === "undefined") return <span>{text}</span>;
	const words = (place.query.q ?? "").split(/\s+/).filter((w) => w !== "" && w !== address);
	return <a class="break num plain-link" href={href(["events"], { ...place.query, q: [...words, address].join(" ") })}>{text}</a>;
}

export function EventsPage({ place }: { place: Place }) {
	const { time } = useSession();
	const q = place.query;
	const query = { q: q.q, type: q.type, from: q.from, to: q.to, limit: 100 };
	const list = usePaged<EventPage, Eve>("/api/events", query, (p) => p.events);
	const [open, setOpen] = useState<number | null>(null);
	const started = useRef(0);
	const took = useRef<number | null>(null);
	const { data, error, loading, reload } = list.first;
	if (loading && started.current === 0) started.current = performance.now();
	if (!loading && started.current !== 0) {
		took.current = Math.round(performance.now() - started.current);
		started.current = 0;
	}
	const toggle = (i: number) => setOpen(open === i ? null : i);
	const lines = useLines(list.rows.length, JSON.stringify(query), toggle);
	const since = (hours: number) => new Date(Math.floor((Date.now() - hours * 3600_000) / 60_000) * 60_000).toISOString().replace(".000Z", "Z");
	// A search that found nothing yet in the newest days goes on by itself, some steps back.
	const steps = useRef({ key: "", n: 0 });
	const key = JSON.stringify(query);
	useEffect(() => {
		if (steps.current.key !== key) steps.current = { key, n: 0 };
		if (!data || list.rows.length > 0 || !list.next || steps.current.n >= 30) return;
		steps.current.n++;
		list.readMore().catch(() => {});
	}, [key, list.next, list.rows.length]);
	const partial = list.last && list.last.complete === false && list.last.searched_to;
	return (
		<Page title={t("nav.events")} name="events">
			<Card pad={false}>
				<div class="filters">
					<div class="field wide"><SearchBox label={t("events.q")} value={q.q ?? ""} hint={t("events.q.hint")} onValue={(value) => setQuery(place, { q: value })} /></div>
					<SelectField label={t("events.type")} value={q.type ?? ""} empty={t("incidents.any")} options={TYPES.map((x) => ({ value: x, label: x }))} onValue={(type) => setQuery(place, { type })} />
					<TimeField label={t("filter.from")} value={q.from ?? ""} onValue={(from) => setQuery(place, { from })} />
					<TimeField label={t("filter.to")} value={q.to ?? ""} onValue={(to) => setQuery(place, { to })} />
					<div class="chips" role="group" aria-label={t("events.span")}>
						{SPANS.map(([word, hours]) => <button key={word} class="chip" onClick={() => setQuery(place, { from: since(hours), to: undefined })}>{t(`events.span.${word}` as "events.span.1h")}</button>)}
						{(q.q || q.type || q.from || q.to) && <button class="chip" onClick={() => setQuery(place, { q: undefined, type: undefined, from: undefined, to: undefined })}>{t("app.clear")}</button>}
					</div>
				</div>
				{error && <div class="pad"><ErrorNote error={error} retry={reload} /></div>}
				{!data && !error && <Loading />}
				{data && list.rows.length === 0 && !partial && <Empty icon="search" title={t("events.none")}><p>{t("events.none.text")}</p></Empty>}
				{list.rows.length > 0 && (
					<table class="fold wide">
						<caption class="sr">{t("nav.events")}</caption>
						<thead><tr><th scope="col">{t("events.at")}</th><th scope="col">{t("events.type")}</th><th scope="col">{t("alerts.from")}</th><th scope="col">{t("alerts.to")}</th><th scope="col">{t("incidents.col.title")}</th></tr></thead>
						<tbody ref={lines.body}>
							{list.rows.map((e, i) => {
								const { source, target } = ends(e);
								return (
									<Fragment key={i}>
										<tr class={`link ${i === lines.chosen ? "at" : ""}`} onClick={() => lines.setAt(i)}>
											<td data-label={t("events.at")}><Time iso={e.timestamp} style="second" /></td>
											<td data-label={t("events.type")}><span class={`tag ${e.event_type === "alert" ? "bad" : e.event_type === "anomaly" ? "warn" : ""}`}>{String(e.event_type ?? "")}</span></td>
											<td data-label={t("alerts.from")}><Pivot place={place} address={String(e.src_ip ?? "")} text={source} /></td>
											<td data-label={t("alerts.to")}><Pivot place={place} address={String(e.dest_ip ?? "")} text={target} /></td>
											<td class="main">
												<span class="stack-s">
													<button class="mini quiet as-text" aria-expanded={open === i} onClick={() => toggle(i)}><span class="break">{summary(e) || t("events.open")}</span></button>
													{open === i && <pre tabIndex={0} aria-label={t("events.raw")}>{JSON.stringify(e, null, 2)}</pre>}
												</span>
											</td>
										</tr>
									</Fragment>
								);
							})}
						</tbody>
					</table>
				)}
				{partial && <p class="pad small muted">{t("events.partial", { at: time(partial) })}</p>}
				{data && (list.rows.length > 0 || list.next) && <MoreRows shown={list.rows.length} next={list.next} onMore={list.readMore} wait={took.current === null ? undefined : t("events.took", { ms: took.current })} />}
			</Card>
		</Page>
	);
}
