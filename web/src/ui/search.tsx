// SPDX-License-Identifier: AGPL-3.0-or-later
// A search that asks a moment after the last letter, or at once with Enter.
import { useEffect, useId, useRef, useState } from "preact/hooks";

export function SearchBox({ label, value, onValue, wait = 300, hint, placeholder }: {
	label: string; value: string; onValue: (value: string) => void; wait?: number; hint?: string; placeholder?: string;
}) {
	const id = useId();
	const [text, setText] = useState(value);
	const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
	useEffect(() => setText(value), [value]);
	useEffect(() => () => clearTimeout(timer.current), []);
	return (
		<form role="search" aria-label={label} class="field" onSubmit={(e) => { e.preventDefault(); clearTimeout(timer.current); onValue(text.trim()); }}>
			<label for={id}>{label}</label>
			<input id={id} type="search" value={text} autoComplete="off" spellcheck={false} placeholder={placeholder} aria-describedby={hint ? `${id}-hint` : undefined}
				onInput={(e) => {
					const next = e.currentTarget.value;
					setText(next);
					clearTimeout(timer.current);
					timer.current = setTimeout(() => onValue(next.trim()), wait);
				}} />
			{hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
		</form>
	);
}
