// SPDX-License-Identifier: AGPL-3.0-or-later
// What one does to a whole incident.
import * as adapt from "../../core/adapt.ts";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { get, send } from "../../core/api.ts";
import { t, type Word } from "../../core/i18n.ts";
import { go } from "../../core/router.ts";
import { useSession } from "../../core/session.tsx";
import type { FieldDef, IncidentFull } from "../../core/types.ts";
import { Dialog, say } from "../../ui/feedback.tsx";
import { AreaField, DefinedField, TextField, TimeField } from "../../ui/form.tsx";
import { changes, useFieldErrors } from "../../ui/item.tsx";
import { isMissing, Missing } from "../../ui/missing.tsx";

interface Props { full: IncidentFull; onClose: () => void; onDone: () => void }
const at = (full: IncidentFull, rest = "") => `/api/incidents/${encodeURIComponent(full.incident.id)}${rest}`;

function Ask({ title, children, go: label, onClose, onSubmit, wide = false }: {
	title: string; children: ComponentChildren; go: string; onClose: () => void; onSubmit: () => Promise<void>; wide?: boolean;
}) {
	const [busy, setBusy] = useState(false);
	const wrong = useFieldErrors();
	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		wrong.clear();
		try {
			await onSubmit();
		} catch (error) {
			wrong.tell(error);
		} finally {
			setBusy(false);
		}
	};
	return (
		<Dialog title={title} onClose={onClose} wide={wide}>
			<form class="form" onSubmit={submit}>
				{children}
				{wrong.error.text && <p class="note bad" role="alert">{wrong.error.text}</p>}
				<div class="buttons"><button class="primary" type="submit" disabled={busy}>{label}</button><button type="button" onClick={onClose}>{t("app.cancel")}</button></div>
			</form>
		</Dialog>
	);
}

export function StateDialog({ full, onClose, onDone }: Props) {
	const { can, stateLabel } = useSession();
	const choices = full.next_states.filter((s) => s !== "merged" && (s !== "closed" || can("incident.close")));
	const [state, setState] = useState(choices.find((s) => s !== "false-positive") ?? choices[0] ?? "");
	const [why, setWhy] = useState("");
	return (
		<Ask title={t("incident.next")} go={t("incident.next.go", { state: stateLabel(state) })} onClose={onClose} onSubmit={async () => {
			await send("PATCH", at(full), { fields: { state, ...(why ? { state_why: why } : {}) } });
			say(t("app.saved"));
			onDone();
		}}>
			<fieldset class="bare-set">
				<legend class="label">{t("incident.next.to")}</legend>
				<div class="stack-s">
					{choices.map((s) => <label key={s} class="check"><input type="radio" name="state" value={s} checked={s === state} onChange={() => setState(s)} />{stateLabel(s)}</label>)}
				</div>
			</fieldset>
			{state === "closed" && isMissing(full) && (
				<div class="note warn" role="status">
					<strong>{t("incident.missing")}</strong>
					<Missing full={full} onGo={onClose} />
				</div>
			)}
			<AreaField label={t("incident.next.why")} name="state_why" value={why} onValue={setWhy} rows={3} required={state === "false-positive"} />
		</Ask>
	);
}

const GROUPS: [Word, string[]][] = [
	["fields.what", ["title", "category", "severity", "owner", "description", "scope", "origin", "attack", "unlawful", "cross_border", "reporter"]],
	["fields.when", ["happened", "happened_end", "seen", "qualified", "contained", "eradicated", "recovered"]],
	["fields.how", ["component", "version", "techniques", "indicators", "impact", "cost", "measures", "prior_measures"]],
	["fields.data", ["personal_data", "breach_nature", "data_categories", "sensitive_data", "people_categories", "people_count", "record_count", "consequences", "people_told", "people_told_why", "high_risk", "controller", "contact", "other_notices"]],
	["fields.share", ["tlp", "pap", "classification", "fix", "no_cause_why"]],
];

export function FieldsDialog({ full, onClose, onDone }: Props) {
	const { fieldsOf, vocabulary } = useSession();
	const defs = new Map(fieldsOf("incident").map((d) => [d.name, d]));
	const { incident } = full;
	const before: Record<string, string> = { title: incident.title, category: incident.category, severity: incident.severity, owner: incident.owner, ...incident.fields };
	const [values, setValues] = useState(before);
	const [group, setGroup] = useState(0);
	const [busy, setBusy] = useState(false);
	const wrong = useFieldErrors();
	const def = (name: string): FieldDef | undefined => {
		const d = defs.get(name);
		if (name === "category" && d) return { ...d, type: "word", words: vocabulary.categories.map((c) => ({ value: c.code, label: c.label })) };
		return d;
	};
	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		wrong.clear();
		try {
			const fields = changes(before, values);
			if (Object.keys(fields).length > 0) await send("PATCH", at(full), { fields });
			say(t("app.saved"));
			onDone();
		} catch (error) {
			wrong.tell(error);
			const field = (error as { field?: string }).field ?? "";
			const n = GROUPS.findIndex(([, names]) => names.includes(field));
			if (n >= 0) setGroup(n);
			setBusy(false);
		}
	};
	return (
		<Dialog title={`${t("app.edit")} · ${incident.id}`} onClose={onClose} wide>
			<form class="form" onSubmit={submit}>
				<div class="chips" role="group" aria-label={t("fields.groups")}>
					{GROUPS.map(([word], i) => <button key={word} type="button" class="chip" aria-pressed={i === group} onClick={() => setGroup(i)}>{t(word)}</button>)}
				</div>
				{wrong.error.text && !defs.has(wrong.error.field) && <p class="note bad" role="alert">{wrong.error.text}</p>}
				<div class="form-row">
					{(GROUPS[group]?.[1] ?? []).map((name) => {
						const d = def(name);
						return d && <DefinedField key={name} def={d} value={values[name] ?? ""} wrong={wrong.of(name)} onValue={(value) => setValues((v) => ({ ...v, [name]: value }))} />;
					})}
				</div>
				<div class="buttons"><button class="primary" type="submit" disabled={busy}>{t("app.save")}</button><button type="button" onClick={onClose}>{t("app.cancel")}</button></div>
			</form>
		</Dialog>
	);
}

export function AwareDialog({ full, onClose, onDone }: Props) {
	const { user } = useSession();
	const f = full.incident.fields;
	const [by, setBy] = useState(f.aware_by ?? user.display);
	const [when, setWhen] = useState(f.aware ?? new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString().replace(".000Z", "Z"));
	const [why, setWhy] = useState("");
	return (
		<Ask title={t("incident.aware")} go={t("app.save")} onClose={onClose} onSubmit={async () => {
			await send("POST", at(full, "/aware"), { by, at: when, why });
			say(t("aware.done"));
			onDone();
		}}>
			<p class="muted">{t("aware.lead")}</p>
			<TextField label={t("aware.by")} name="by" value={by} onValue={setBy} required />
			<TimeField label={t("aware.at")} name="at" value={when} onValue={setWhen} required />
			<AreaField label={f.aware ? t("aware.why.again") : t("aware.why")} name="why" value={why} onValue={setWhy} rows={3} required />
		</Ask>
	);
}

export function ReopenDialog({ full, onClose, onDone }: Props) {
	const [why, setWhy] = useState("");
	return (
		<Ask title={t("incident.reopen")} go={t("incident.reopen")} onClose={onClose} onSubmit={async () => { await send("POST", at(full, "/reopen"), { why }); onDone(); }}>
			<AreaField label={t("reopen.why")} name="why" value={why} onValue={setWhy} rows={3} required />
		</Ask>
	);
}

export function MergeDialog({ full, onClose, onDone }: Props) {
	const [other, setOther] = useState("");
	const [found, setFound] = useState<{ id: string; title: string } | null>(null);
	return (
		<Ask title={t("incident.merge")} go={found ? t("merge.go", { id: found.id }) : t("merge.look")} onClose={onClose} onSubmit={async () => {
			if (!found) {
				const answer = adapt.incident(await get(`/api/incidents/${encodeURIComponent(other.trim())}`));
				return setFound({ id: answer.incident.id, title: answer.incident.title });
			}
			await send("POST", at(full, "/merge"), { other: found.id });
			say(t("app.saved"));
			onDone();
		}}>
			<p class="muted">{t("merge.lead", { id: full.incident.id })}</p>
			<TextField label={t("merge.other")} name="other" value={other} onValue={(v) => { setOther(v); setFound(null); }} required placeholder="INC-…" />
			{found && <p class="note"><strong>{found.title}</strong><span>{found.id}</span></p>}
		</Ask>
	);
}

export function SplitDialog({ full, onClose }: Props) {
	const [title, setTitle] = useState("");
	const [things, setThings] = useState<string[]>([]);
	const choices = [...(full.alerts ?? []).map((a) => ({ id: a.id, label: a.title })), ...full.items.map((i) => ({ id: i.id, label: i.fields.title ?? i.fields.text ?? i.id }))];
	return (
		<Ask title={t("incident.split")} go={t("incident.split")} onClose={onClose} onSubmit={async () => {
			const answer = await send<{ id?: string }>("POST", at(full, "/split"), { title, things });
			if (answer.id) go(["incidents", answer.id]);
		}}>
			<p class="muted">{t("split.lead")}</p>
			<TextField label={t("split.title")} name="title" value={title} onValue={setTitle} required />
			<fieldset class="bare-set">
				<legend class="label">{t("split.things")}</legend>
				{choices.map((c) => (
					<label key={c.id} class="check"><input type="checkbox" checked={things.includes(c.id)} onChange={(e) => setThings(e.currentTarget.checked ? [...things, c.id] : things.filter((x) => x !== c.id))} /><span class="break">{c.label} <code>{c.id}</code></span></label>
				))}
			</fieldset>
		</Ask>
	);
}

export function RestrictDialog({ full, onClose, onDone }: Props) {
	const [names, setNames] = useState((full.incident.restricted_to ?? []).join(" "));
	return (
		<Ask title={t("incident.restrict")} go={t("app.save")} onClose={onClose} onSubmit={async () => {
			await send("PATCH", at(full), { fields: { restricted_to: names.split(/[\s,;]+/).filter(Boolean).join(" ") } });
			say(t("app.saved"));
			onDone();
		}}>
			<p class="muted">{t("restrict.lead")}</p>
			<TextField label={t("restrict.names")} name="restricted_to" value={names} onValue={setNames} hint={t("restrict.hint")} />
		</Ask>
	);
}
