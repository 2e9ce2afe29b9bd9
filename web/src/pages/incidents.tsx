// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of incidents, to triage without a mouse.
import * as adapt from "../core/adapt.ts";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, send, withQuery } from "../core/api.ts";
import { number, t } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { useKeys } from "../core/keys.ts";
import { go, href, setQuery, type Place } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { IncidentList, IncidentRow } from "../core/types.ts";
import { Card, Countdown, Empty, ErrorNote, Loading, Page, Severity, StateTag, Time } from "../ui/basic.tsx";
import { Dialog, say, sayError } from "../ui/feedback.tsx";
import { AreaField, SelectField } from "../ui/form.tsx";
import { Icon } from "../ui/icons.tsx";
import { SearchBox } from "../ui/search.tsx";

const STATES = ["new", "open", "closed", "all"] as const;

function SeverityDialog({ what, now, onChosen, onClose }: { what: string; now: string; onChosen: (value: string) => void; onClose: () => void }) {
	const { vocabulary } = useSession();
	return (
		<Dialog title={`${t("incidents.severity.title")} · ${what}`} onClose={onClose}>
			<p class="muted">{t("incidents.severity.hint")}</p>
			<div class="stack" onKeyDown={(e) => { if (vocabulary.severities.some((s) => s.value === e.key)) { e.preventDefault(); onChosen(e.key); } }}>
				{vocabulary.severities.map((s) => (
					<button key={s.value} autoFocus={s.value === (now || "2")} onClick={() => onChosen(s.value)}>
						<kbd>{s.value}</kbd><Severity value={s.value} />
					</button>
				))}
			</div>
		</Dialog>
	);
}

/** One by its id, several by their number. */
function named(of: { id: string }[]): string {
	return of.length === 1 ? (of[0]?.id ?? "") : t("incidents.several", { n: of.length });
}

export function FalsePositiveDialog({ of, onDone, onClose }: { of: { id: string; title: string }[]; onDone: () => void; onClose: () => void }) {
	const [why, setWhy] = useState("");
	const submit = async (event: Event) => {
		event.preventDefault();
		try {
			for (const { id } of of) await send("PATCH", `/api/incidents/${encodeURIComponent(id)}`, { fields: { state: "false-positive", state_why: why } });
			say(t("incidents.false.done", { id: named(of) }));
			onDone();
		} catch (error) {
			sayError(error);
		}
	};
	return (
		<Dialog title={`${t("incidents.false.title")} · ${named(of)}`} onClose={onClose}>
			<ul class="bare strong">{of.slice(0, 8).map((i) => <li key={i.id} class="break">{i.title}</li>)}</ul>
			{of.length > 8 && <p class="muted">{t("incidents.more", { n: of.length - 8 })}</p>}
			<form class="form" onSubmit={submit}>
				<AreaField label={t("incidents.false.why")} name="why" value={why} onValue={setWhy} required rows={3} />
				<div class="buttons"><button class="primary" type="submit">{t("incidents.false.go")}</button><button type="button" onClick={onClose}>{t("app.cancel")}</button></div>
			</form>
		</Dialog>
	);
}

export function IncidentsPage({ place }: { place: Place }) {
	const { user, can, vocabulary, severityLabel, categoryLabel } = useSession();
	const q = place.query;
	const state = q.state ?? "new";
	const writes = can("incident.write");
	const query = {
		state: state === "all" ? undefined : state === "closed" ? "closed,false-positive,merged" : state, severity: q.severity, category: q.category, q: q.q,
		owner: q.mine ? user.name : undefined, limit: 50,
	};
	const list = useResource<IncidentList>("/api/incidents", query, ["incidents"], adapt.incidents);
	const [more, setMore] = useState<IncidentRow[]>([]);
	const [next, setNext] = useState<string | undefined>(undefined);
	const [at, setAt] = useState(0);
	const [dialog, setDialog] = useState<"severity" | "false" | null>(null);
	const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
	const table = useRef<HTMLTableElement>(null);
	useEffect(() => {
		setMore([]);
		setNext(list.data?.next);
	}, [list.data?.next, withQuery("", query)]);
	useEffect(() => {
		setAt(0);
		setPicked(new Set());
	}, [withQuery("", query)]);

	const rows = [...(list.data?.incidents ?? []), ...more];
	const chosen = Math.min(at, rows.length - 1);
	const row = rows[chosen];
	// What an action is for: those that are ticked, else the line one is on.
	const ticked = rows.filter((r) => picked.has(r.id));
	const targets = ticked.length > 0 ? ticked : row ? [row] : [];
	const pick = (id: string) => setPicked((p) => new Set(p.has(id) ? [...p].filter((x) => x !== id) : [...p, id]));
	const move = (to: number) => {
		if (rows.length === 0) return;
		const n = Math.min(rows.length - 1, Math.max(0, to));
		setAt(n);
		table.current?.querySelectorAll("tbody tr")[n]?.scrollIntoView({ block: "nearest" });
	};
	const patch = async (fields: Record<string, string>, done: string) => {
		// Shown at once; put back when the server refuses.
		const change = (id: string, part: Partial<IncidentRow>) => {
			list.set((d) => ({ ...d, incidents: d.incidents.map((i) => (i.id === id ? { ...i, ...part } : i)) }));
			setMore((m) => m.map((i) => (i.id === id ? { ...i, ...part } : i)));
		};
		for (const target of targets) change(target.id, fields as Partial<IncidentRow>);
		setPicked(new Set()); // now, not when the answers are there: what is ticked meanwhile stays
		for (const [n, target] of targets.entries())
			try {
				await send("PATCH", `/api/incidents/${encodeURIComponent(target.id)}`, { fields });
			} catch (error) {
				for (const undone of targets.slice(n)) change(undone.id, undone);
				if (ticked.length > 0) setPicked(new Set(targets.slice(n).map((undone) => undone.id)));
				return sayError(error);
			}
		say(done);
	};
	const own = () => { if (targets.length > 0) void patch({ owner: user.name }, t("incidents.owned", { id: named(targets) })); };
	useKeys({
		j: () => move(chosen + 1), ArrowDown: () => move(chosen + 1), k: () => move(chosen - 1), ArrowUp: () => move(chosen - 1),
		Enter: () => row && go(["incidents", row.id]),
		...(writes ? { o: own, s: () => row && setDialog("severity"), f: () => row && setDialog("false"), x: () => row && pick(row.id), Escape: () => setPicked(new Set()), n: () => go(["incidents", "new"]) } : {}),
	});
	const readMore = async () => {
		try {
			const page = adapt.incidents(await get("/api/incidents", { ...query, after: next }));
			setMore([...more, ...page.incidents]);
			setNext(page.next);
		} catch (error) {
			sayError(error);
		}
	};
	const filtered = Boolean(q.q || q.severity || q.category || q.mine);
	return (
		<Page title={t("incidents.title")} name="incidents"
			actions={writes ? <a class="button primary" href={href(["incidents", "new"])}><Icon name="plus" />{t("incident.new")}</a> : undefined}>
			<nav class="chips" aria-label={t("incidents.state")}>
				{STATES.map((s) => (
					<a key={s} class="chip" href={href(["incidents"], { ...q, state: s })} aria-current={state === s ? "true" : undefined}>{t(`incidents.state.${s}`)}</a>
				))}
			</nav>
			<Card pad={false}>
				<div class="filters">
					<div class="field wide"><SearchBox label={t("incidents.q")} value={q.q ?? ""} onValue={(value) => setQuery(place, { q: value })} /></div>
					<SelectField label={t("incidents.severity")} value={q.severity ?? ""} empty={t("incidents.any")} options={vocabulary.severities} onValue={(severity) => setQuery(place, { severity })} />
					<SelectField label={t("incidents.category")} value={q.category ?? ""} empty={t("incidents.any")}
						options={vocabulary.categories.map((c) => ({ value: c.code, label: c.label }))} onValue={(category) => setQuery(place, { category })} />
					<button class="chip" aria-pressed={Boolean(q.mine)} onClick={() => setQuery(place, { mine: q.mine ? undefined : "1" })}>{t("incidents.mine")}</button>
				</div>
				{writes && ticked.length > 0 && (
					<div class="bar" role="group" aria-label={t("incidents.picked", { n: ticked.length })}>
						<strong>{t("incidents.picked", { n: ticked.length })}</strong>
						<button class="mini" onClick={own}><Icon name="person" />{t("incident.own")}</button>
						<button class="mini" onClick={() => setDialog("severity")}>{t("incidents.severity")}</button>
						<button class="mini" onClick={() => setDialog("false")}>{t("incidents.false.go")}</button>
						<button class="mini quiet" onClick={() => setPicked(new Set())}>{t("incidents.unpick")}</button>
					</div>
				)}
				{list.error && <div class="pad"><ErrorNote error={list.error} retry={list.reload} /></div>}
				{!list.data && !list.error && <Loading />}
				{list.data && rows.length === 0 && (state === "new" && !filtered
					? <Empty icon="bell" title={t("incidents.empty.new")}><p>{t("incidents.empty.new.text")}</p></Empty>
					: <Empty icon="search" title={t("incidents.empty")}><p>{t("incidents.empty.text")}</p></Empty>)}
				{rows.length > 0 && (
					<table class="fold wide" ref={table}>
						<caption class="sr">{t("incidents.title")}: {t("app.result", { n: list.data?.total ?? rows.length })}</caption>
						<thead>
							<tr>
								{writes && <th scope="col" class="tick"><span class="sr">{t("incidents.pick")}</span></th>}
								<th scope="col">{t("incidents.col.severity")}</th><th scope="col">{t("incidents.col.title")}</th><th scope="col">{t("incidents.col.state")}</th>
								<th scope="col">{t("incidents.col.owner")}</th><th scope="col">{t("incidents.col.deadline")}</th><th scope="col">{t("incidents.col.last")}</th>
							</tr>
						</thead>
						<tbody>
							{rows.map((r, i) => (
								<tr key={r.id} class={`link ${i === chosen ? "at" : ""}`} aria-current={i === chosen ? "true" : undefined} onClick={() => setAt(i)}>
									{writes && <td class="tick" data-label={t("incidents.pick")}><input type="checkbox" checked={picked.has(r.id)} aria-label={`${t("incidents.pick")} ${r.id}`} onChange={() => pick(r.id)} /></td>}
									<td data-label={t("incidents.col.severity")}><Severity value={r.severity} /></td>
									<td class="main">
										<span class="stack-s">
											<a href={href(["incidents", r.id])} onFocus={() => setAt(i)}>{r.title}</a>
											<span class="small muted break">{[r.id, r.category ? categoryLabel(r.category) : "", r.attacker, r.alerts > 0 ? t("incidents.alerts", { n: r.alerts }) : ""].filter(Boolean).join(" · ")}</span>
										</span>
									</td>
									<td data-label={t("incidents.col.state")}><StateTag state={r.state} /></td>
									<td data-label={t("incidents.col.owner")}>{r.owner ? <span class="break">{r.owner}</span> : <span class="muted">{t("app.none")}</span>}</td>
									<td data-label={t("incidents.col.deadline")}>{r.next_deadline ? <Countdown due={r.next_deadline} /> : ""}</td>
									<td data-label={t("incidents.col.last")}><Time iso={r.last} style="list" /></td>
								</tr>
							))}
						</tbody>
					</table>
				)}
				{rows.length > 0 && (
					<div class="pad row between">
						<span class="small muted" role="status">{number(rows.length)} / {t("app.result", { n: list.data?.total ?? rows.length })}</span>
						{next && <button onClick={readMore}>{t("app.next")}</button>}
					</div>
				)}
			</Card>
			{writes && <p class="small muted wide-only">{t("incidents.lead")}</p>}
			{dialog === "severity" && row && (
				<SeverityDialog what={named(targets)} now={targets[0]?.severity ?? ""} onClose={() => setDialog(null)}
					onChosen={(severity) => { setDialog(null); void patch({ severity }, t("incidents.severity.set", { id: named(targets), label: severityLabel(severity) })); }} />
			)}
			{dialog === "false" && row && (
				<FalsePositiveDialog of={targets} onClose={() => setDialog(null)} onDone={() => { setDialog(null); setPicked(new Set()); list.reload(); }} />
			)}
		</Page>
	);
}
