// SPDX-License-Identifier: AGPL-3.0-or-later
// Fields with label, hint and error tied together for screen readers.
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { t } from "../core/i18n.ts";
import { useSession } from "../core/session.tsx";
import type { FieldDef, Option } from "../core/types.ts";
import { localToUtc, utcToLocal } from "../pure/time.ts";

interface Common { label: string; value: string; onValue: (value: string) => void; hint?: string | undefined; wrong?: string | undefined; required?: boolean; name?: string }

function Frame({ id, label, hint, wrong, required, children }: {
	id: string; label: string; hint?: string | undefined; wrong?: string | undefined; required?: boolean | undefined; children: ComponentChildren;
}) {
	return (
		<div class="field">
			<label for={id}>{label}{required && <span class="muted"> ({t("app.required")})</span>}</label>
			{children}
			{hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
			{wrong && <span class="wrong" id={`${id}-wrong`} role="alert">{wrong}</span>}
		</div>
	);
}
const described = (id: string, p: { hint?: string | undefined; wrong?: string | undefined }) =>
	[p.hint ? `${id}-hint` : "", p.wrong ? `${id}-wrong` : ""].filter(Boolean).join(" ") || undefined;

export function TextField(p: Common & { autoComplete?: string; inputMode?: "numeric" | "text"; class?: string; autoFocus?: boolean; maxLength?: number; placeholder?: string }) {
	const id = useId();
	return (
		<Frame id={id} {...p}>
			<input id={id} name={p.name} type="text" value={p.value} required={p.required} class={p.class} autoFocus={p.autoFocus} inputMode={p.inputMode}
				autoComplete={p.autoComplete ?? "off"} maxLength={p.maxLength} placeholder={p.placeholder} aria-invalid={p.wrong ? true : undefined} aria-describedby={described(id, p)}
				onInput={(e) => p.onValue(e.currentTarget.value)} />
		</Frame>
	);
}

export function PasswordField(p: Common & { autoComplete: string }) {
	const id = useId();
	const [shown, setShown] = useState(false);
	return (
		<Frame id={id} {...p}>
			<div class="with-button">
				<input id={id} name={p.name} {...{ type: shown ? "text" : "password" } as { type: "password" }} value={p.value} required={p.required} autoComplete={p.autoComplete}
					aria-invalid={p.wrong ? true : undefined} aria-describedby={described(id, p)} onInput={(e) => p.onValue(e.currentTarget.value)} />
				<button type="button" aria-pressed={shown} aria-label={t("login.sr.show")} onClick={() => setShown(!shown)}>{shown ? t("login.hide") : t("login.show")}</button>
			</div>
		</Frame>
	);
}

export function AreaField(p: Common & { rows?: number }) {
	const id = useId();
	return (
		<Frame id={id} {...p}>
			<textarea id={id} name={p.name} rows={p.rows ?? 4} required={p.required} value={p.value} aria-invalid={p.wrong ? true : undefined}
				aria-describedby={described(id, p)} onInput={(e) => p.onValue(e.currentTarget.value)} />
		</Frame>
	);
}

export function SelectField(p: Common & { options: Option[]; empty?: string | undefined }) {
	const id = useId();
	return (
		<Frame id={id} {...p}>
			<select id={id} name={p.name} required={p.required} value={p.value} aria-invalid={p.wrong ? true : undefined} aria-describedby={described(id, p)}
				onChange={(e) => p.onValue(e.currentTarget.value)}>
				{p.empty !== undefined && <option value="">{p.empty}</option>}
				{p.options.map((o) => <option key={o.value} value={o.value}>{o.label}</option>)}
			</select>
		</Frame>
	);
}

/** A moment, typed on the clocks of the organisation, kept in UTC. */
export function TimeField(p: Common) {
	const { zone } = useSession();
	const id = useId();
	return (
		<Frame id={id} {...p} hint={p.hint ?? t("app.zone", { zone })}>
			<input id={id} name={p.name} type="datetime-local" required={p.required} value={utcToLocal(p.value, zone)} aria-invalid={p.wrong ? true : undefined}
				aria-describedby={`${id}-hint`} onInput={(e) => p.onValue(e.currentTarget.value === "" ? "" : (localToUtc(e.currentTarget.value, zone) ?? p.value))} />
		</Frame>
	);
}

/** The control for a field as the vocabulary describes it. */
export function DefinedField({ def, value, onValue, wrong, refs, required }: {
	def: FieldDef; value: string; onValue: (value: string) => void; wrong?: string | undefined; refs?: Option[] | undefined; required?: boolean;
}) {
	const common = { label: def.label, value, onValue, wrong, name: def.name, required: required ?? false };
	switch (def.type) {
	case "word": return <SelectField {...common} options={def.words ?? []} empty="–" />;
	case "ref": return refs ? <SelectField {...common} options={refs} empty="–" /> : <TextField {...common} />;
	case "text": return <AreaField {...common} />;
	case "time": return <TimeField {...common} />;
	case "number": return <TextField {...common} inputMode="numeric" />;
	default: return <TextField {...common} />;
	}
}
