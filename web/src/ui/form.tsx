// SPDX-License-Identifier: AGPL-3.0-or-later
// Fields with label, hint and error tied together for screen readers.
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../core/i18n.ts";
import { useSession } from "../core/session.tsx";
import type { FieldDef, Option } from "../core/types.ts";
import { localToUtc, parseTyped, typed, utcToLocal } from "../pure/time.ts";
import { Icon } from "./icons.tsx";

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

/** A moment, typed on the clocks of the organisation (day before month, 24 hours, whatever the browser's country), kept in UTC. */
export function TimeField(p: Common) {
	const { zone } = useSession();
	const id = useId();
	const [text, setText] = useState(() => typed(p.value, zone));
	const [bad, setBad] = useState(false);
	const picker = useRef<HTMLInputElement>(null);
	const said = useRef(p.value);
	useEffect(() => {
		if (p.value !== said.current) setText(typed(p.value, zone));
		said.current = p.value;
	}, [p.value, zone]);
	const tell = (value: string) => {
		said.current = value;
		p.onValue(value);
	};
	const read = (next: string, leaving: boolean) => {
		setText(next);
		const local = parseTyped(next);
		const utc = local && localToUtc(local, zone);
		setBad(leaving && next.trim() !== "" && !utc);
		if (utc ? utc !== said.current : next.trim() === "" && said.current !== "") tell(utc ?? "");
		if (leaving && utc) setText(typed(utc, zone));
	};
	return (
		<Frame id={id} {...p} hint={p.hint ?? t("app.zone", { zone })} wrong={p.wrong ?? (bad ? t("app.moment.wrong") : undefined)}>
			<div class="when-field">
				<input id={id} name={p.name} type="text" inputMode="numeric" autoComplete="off" required={p.required} value={text} placeholder={t("app.moment.like")} aria-invalid={p.wrong || bad ? true : undefined}
					aria-describedby={`${id}-hint${p.wrong || bad ? ` ${id}-wrong` : ""}`} onInput={(e) => read(e.currentTarget.value, false)} onBlur={(e) => read(e.currentTarget.value, true)} />
				<button type="button" class="icon" aria-label={t("app.moment.choose", { label: p.label })} onClick={() => picker.current?.showPicker?.()}><Icon name="today" /></button>
				<input ref={picker} class="picker" type="datetime-local" tabIndex={-1} aria-hidden="true" value={utcToLocal(p.value, zone)}
					onChange={(e) => { const utc = localToUtc(e.currentTarget.value, zone); if (utc) { setText(typed(utc, zone)); setBad(false); tell(utc); } }} />
			</div>
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
