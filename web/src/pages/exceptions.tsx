// SPDX-License-Identifier: AGPL-3.0-or-later
// Exceptions: alerts that are normal here, kept aside for a reason and until a day.
import { useState } from "preact/hooks";
import * as adapt from "../core/adapt.ts";
import { send } from "../core/api.ts";
import { number, t } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { go, href, setQuery, type Place } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { AlertRow, Exception } from "../core/types.ts";
import { Card, Empty, ErrorNote, Facts, Loading, Page, Severity, Time } from "../ui/basic.tsx";
import { Dialog, say, sayError } from "../ui/feedback.tsx";
import { AreaField, SelectField, TextField, TimeField } from "../ui/form.tsx";
import { Icon } from "../ui/icons.tsx";
import { useFieldErrors } from "../ui/item.tsx";

const STATES = ["holds", "expired", "ended"] as const;
const NAMES = ["sid", "detector", "address", "side", "pattern", "until", "why"] as const;

/** What it is about, in one line. */
export function about(e: Exception): string {
	const parts = [e.sid ? `${t("exceptions.sid")} ${e.sid}` : "", e.detector, e.address ? `${e.address}${e.side && e.side !== "either" ? ` (${t(`exceptions.side.${e.side}`)})` : ""}` : "", e.pattern ? `“${e.pattern}”` : ""];
	return parts.filter(Boolean).join(" · ");
}

export function ExceptionDialog({ given, onClose, onDone }: { given: Record<string, string>; onClose: () => void; onDone: (id: string) => void }) {
	const [values, setValues] = useState<Record<string, string>>({ side: "either", ...given });
	const wrong = useFieldErrors();
	const set = (name: string) => (value: string) => setValues((v) => ({ ...v, [name]: value }));
	const submit = async (event: Event) => {
		event.preventDefault();
		wrong.clear();
		try {
			const body = Object.fromEntries(NAMES.map((name) => [name, (values[name] ?? "").trim()]).filter(([, value]) => value !== ""));
			const answer = await send<{ exception: { id: string } }>("POST", "/api/exceptions", body);
			say(t("exceptions.made"));
			onDone(answer.exception.id);
		} catch (error) {
			wrong.tell(error);
		}
	};
	return (
		<Dialog title={t("exceptions.add")} onClose={onClose}>
			<form class="form" onSubmit={submit}>
				<p class="small muted">{t("exceptions.add.text")}</p>
				{wrong.error.text && !(NAMES as readonly string[]).includes(wrong.error.field) && <p class="note bad" role="alert">{wrong.error.text}</p>}
				<TextField label={t("exceptions.sid")} name="sid" inputMode="numeric" value={values.sid ?? ""} onValue={set("sid")} wrong={wrong.of("sid")} />
				<TextField label={t("exceptions.address")} name="address" hint={t("exceptions.address.hint")} value={values.address ?? ""} onValue={set("address")} wrong={wrong.of("address")} />
				<SelectField label={t("exceptions.side")} name="side" value={values.side ?? "either"} onValue={set("side")} wrong={wrong.of("side")}
					options={(["either", "source", "target"] as const).map((side) => ({ value: side, label: t(`exceptions.side.${side}`) }))} />
				<TextField label={t("exceptions.pattern")} name="pattern" hint={t("exceptions.pattern.hint")} value={values.pattern ?? ""} onValue={set("pattern")} wrong={wrong.of("pattern")} />
				<TimeField label={t("exceptions.until")} name="until" hint={t("exceptions.until.hint")} value={values.until ?? ""} onValue={set("until")} wrong={wrong.of("until")} />
				<AreaField label={t("exceptions.why")} name="why" rows={2} value={values.why ?? ""} onValue={set("why")} wrong={wrong.of("why")} required />
				<div class="buttons"><button class="primary" type="submit">{t("exceptions.add")}</button><button type="button" onClick={onClose}>{t("app.cancel")}</button></div>
			</form>
		</Dialog>
	);
}

export function ExceptionsPage({ place }: { place: Place }) {
	const { can } = useSession();
	const state = place.query.state ?? "holds";
	const { data, error, reload } = useResource("/api/exceptions", { state: state === "all" ? undefined : state }, ["settings", "alerts"], adapt.exceptions);
	const [adding, setAdding] = useState(false);
	return (
		<Page title={t("nav.exceptions")} name="exceptions" lead={t("exceptions.lead")} actions={can("incident.write") ? <button class="primary" onClick={() => setAdding(true)}><Icon name="plus" />{t("exceptions.add")}</button> : undefined}>
			<nav class="chips" aria-label={t("exceptions.state")}>
				{[...STATES, "all" as const].map((s) => <a key={s} class="chip" href={href(["exceptions"], { state: s })} aria-current={state === s ? "true" : undefined}>{t(`exceptions.state.${s}`)}</a>)}
			</nav>
			{error && <ErrorNote error={error} retry={reload} />}
			{!data && !error && <Loading />}
			{data && (
				<Card pad={false}>
					{data.exceptions.length === 0 && <Empty icon="exceptions" title={t("exceptions.none")}><p>{t("exceptions.none.text")}</p></Empty>}
					{data.exceptions.length > 0 && (
						<table class="fold wide">
							<caption class="sr">{t("nav.exceptions")}</caption>
							<thead><tr><th scope="col">{t("exceptions.about")}</th><th scope="col">{t("exceptions.why")}</th><th scope="col">{t("exceptions.who")}</th><th scope="col">{t("exceptions.until")}</th><th scope="col">{t("exceptions.hidden")}</th></tr></thead>
							<tbody>
								{data.exceptions.map((e) => (
									<tr key={e.id}>
										<td class="main"><a class="break" href={href(["exceptions", e.id])}>{about(e)}</a></td>
										<td data-label={t("exceptions.why")}><span class="break">{e.why}</span></td>
										<td data-label={t("exceptions.who")}><span class="break">{e.who}</span></td>
										<td data-label={t("exceptions.until")}><Time iso={e.ended ?? e.until} style="list" /></td>
										<td data-label={t("exceptions.hidden")}>{number(e.hidden)}</td>
									</tr>
								))}
							</tbody>
						</table>
					)}
				</Card>
			)}
			{adding && <ExceptionDialog given={{}} onClose={() => setAdding(false)} onDone={() => { setAdding(false); setQuery(place, { state: "holds" }); reload(); }} />}
		</Page>
	);
}

export function ExceptionPage({ place }: { place: Place }) {
	const id = place.path[1] ?? "";
	const { can } = useSession();
	const { data, error, reload } = useResource<{ exception: Exception; alerts: AlertRow[] }>(`/api/exceptions/${encodeURIComponent(id)}`, {}, ["alerts"], adapt.exceptionFull);
	if (error && !data) return <Page title={id}><ErrorNote error={error} retry={reload} /></Page>;
	if (!data) return <Page title={id}><Loading /></Page>;
	const e = data.exception;
	const end = async () => {
		try {
			await send("POST", `/api/exceptions/${encodeURIComponent(id)}/end`);
			say(t("exceptions.ended"));
			reload();
		} catch (failure) {
			sayError(failure);
		}
	};
	return (
		<Page title={about(e)} name={id} actions={e.state === "holds" && can("incident.write") ? <button onClick={end}>{t("exceptions.end")}</button> : undefined}>
			<Card>
				<Facts rows={[[t("exceptions.state"), t(`exceptions.state.${e.state}`)], [t("exceptions.why"), e.why], [t("exceptions.who"), e.who], [t("exceptions.made.at"), <Time iso={e.made} style="second" />],
					[t("exceptions.until"), <Time iso={e.ended ?? e.until} style="second" />], [t("exceptions.hidden"), number(e.hidden)]]} />
			</Card>
			<Card title={t("exceptions.hidden")} pad={false}>
				{data.alerts.length === 0 && <Empty icon="exceptions" title={t("exceptions.hidden.none")}><p>{t("exceptions.hidden.none.text")}</p></Empty>}
				{data.alerts.length > 0 && (
					<table class="fold wide">
						<caption class="sr">{t("exceptions.hidden")}</caption>
						<thead><tr><th scope="col">{t("incidents.severity")}</th><th scope="col">{t("incidents.col.title")}</th><th scope="col">{t("alerts.from")}</th><th scope="col">{t("alerts.to")}</th><th scope="col">{t("alerts.at")}</th></tr></thead>
						<tbody>
							{data.alerts.map((a) => (
								<tr key={a.id}>
									<td data-label={t("incidents.severity")}><Severity value={a.severity} /></td>
									<td class="main"><a href={href(["alerts", a.id])}>{a.title}</a></td>
									<td data-label={t("alerts.from")}><span class="break">{a.source}</span></td>
									<td data-label={t("alerts.to")}><span class="break">{a.target}</span></td>
									<td data-label={t("alerts.at")}><Time iso={a.at} style="list" /></td>
								</tr>
							))}
						</tbody>
					</table>
				)}
			</Card>
		</Page>
	);
}

/** From an alert or a rule to an exception about it. */
export function ExceptionButton({ given }: { given: Record<string, string> }) {
	const [open, setOpen] = useState(false);
	return (
		<>
			<button onClick={() => setOpen(true)}>{t("exceptions.from")}</button>
			{open && <ExceptionDialog given={given} onClose={() => setOpen(false)} onDone={(id) => go(["exceptions", id])} />}
		</>
	);
}
