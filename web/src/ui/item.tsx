// SPDX-License-Identifier: AGPL-3.0-or-later
// One dialog for every kind of thing that people write about an incident; the vocabulary says which fields it has.
import { useState } from "preact/hooks";
import { ApiError, send } from "../core/api.ts";
import { t } from "../core/i18n.ts";
import { useSession } from "../core/session.tsx";
import type { FieldDef, Item, Option } from "../core/types.ts";
import { errorText } from "./basic.tsx";
import { Dialog, say } from "./feedback.tsx";
import { DefinedField } from "./form.tsx";

const NEEDED: Record<string, string[]> = {
	log: ["text"], comment: ["text"], task: ["title"], proof: ["title"], custody: ["proof", "to"], cause: ["text"], action: ["title"],
	lesson: ["text"], relation: ["other"], clock: ["profile"], notice: ["profile", "step"],
};
/** Which kind of item a field of type ref chooses among. */
const REF_KIND: Record<string, string> = { parent: "cause", cause: "cause", proof: "proof" };

export function itemName(item: Item): string {
	return item.fields.title ?? item.fields.text ?? item.fields.profile ?? item.id;
}

export function useFieldErrors() {
	const [error, setError] = useState<{ text: string; field: string }>({ text: "", field: "" });
	return {
		error,
		clear: () => setError({ text: "", field: "" }),
		tell: (e: unknown) => setError({ text: errorText(e), field: e instanceof ApiError ? e.field : "" }),
		of: (field: string) => (error.field === field ? error.text : undefined),
	};
}

/** Changed fields only; an emptied one is sent empty, which removes it. */
export function changes(before: Record<string, string>, after: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries(after).filter(([name, value]) => (before[name] ?? "") !== value));
}

export function ItemDialog({ incident, kind, item, initial = {}, items, only, title, onClose, onDone }: {
	incident: string; kind: string; item?: Item | undefined; initial?: Record<string, string>; items: Item[]; only?: string[] | undefined; title?: string | undefined;
	onClose: () => void; onDone: () => void;
}) {
	const { fieldsOf, kindLabel, vocabulary } = useSession();
	const before = item?.fields ?? {};
	const [values, setValues] = useState<Record<string, string>>({ ...initial, ...before });
	const [busy, setBusy] = useState(false);
	const wrong = useFieldErrors();
	const defs = fieldsOf(kind).filter((d) => !only || only.includes(d.name));
	const needed = NEEDED[kind] ?? [];
	const refs = (def: FieldDef): Option[] | undefined => {
		const of = REF_KIND[def.name];
		return def.type === "ref" && of ? items.filter((i) => i.kind === of && i.id !== item?.id).map((i) => ({ value: i.id, label: `${i.id} · ${itemName(i)}` })) : undefined;
	};
	const words = (def: FieldDef): FieldDef => {
		if (def.name === "profile") return { ...def, type: "word", words: vocabulary.clocks.map((c) => ({ value: c.profile, label: c.label })) };
		if (def.name === "step") return { ...def, type: "word", words: (vocabulary.clocks.find((c) => c.profile === values.profile)?.steps ?? []).map((s) => ({ value: s.step, label: s.label })) };
		if (def.name === "playbook") return { ...def, type: "word", words: vocabulary.playbooks.map((p) => ({ value: p.name, label: p.title })) };
		return def;
	};
	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		wrong.clear();
		try {
			const fields = item ? changes(before, values) : Object.fromEntries(Object.entries(values).filter(([, v]) => v !== ""));
			if (item) await send("PATCH", `/api/items/${encodeURIComponent(item.id)}`, { fields });
			else await send("POST", `/api/incidents/${encodeURIComponent(incident)}/items`, { kind, fields });
			say(t("app.saved"));
			onDone();
		} catch (error) {
			wrong.tell(error);
		} finally {
			setBusy(false);
		}
	};
	return (
		<Dialog title={title ?? (item ? `${kindLabel(kind)} · ${item.id}` : t("item.add", { kind: kindLabel(kind) }))} onClose={onClose}>
			<form class="form" onSubmit={submit}>
				{wrong.error.text && !defs.some((d) => d.name === wrong.error.field) && <p class="note bad" role="alert">{wrong.error.text}</p>}
				{defs.map((def) => (
					<DefinedField key={def.name} def={words(def)} value={values[def.name] ?? ""} refs={refs(def)} wrong={wrong.of(def.name)} required={needed.includes(def.name)}
						onValue={(value) => setValues((v) => ({ ...v, [def.name]: value }))} />
				))}
				<div class="buttons"><button class="primary" type="submit" disabled={busy}>{t("app.save")}</button><button type="button" onClick={onClose}>{t("app.cancel")}</button></div>
			</form>
		</Dialog>
	);
}
