// SPDX-License-Identifier: AGPL-3.0-or-later
// What all lists share: the chosen line (j, k, Enter), and more lines on demand.
import { useEffect, useRef, useState } from "preact/hooks";
import { number, t } from "../core/i18n.ts";
import { useKeys, type Keys } from "../core/keys.ts";
import { sayError } from "./feedback.tsx";

export function useLines(count: number, reset: string, open: (at: number) => void, more: Keys = {}) {
	const [at, setAt] = useState(0);
	const body = useRef<HTMLTableSectionElement>(null);
	useEffect(() => setAt(0), [reset]);
	const chosen = Math.min(at, count - 1);
	const move = (to: number) => {
		if (count === 0) return;
		const n = Math.min(count - 1, Math.max(0, to));
		setAt(n);
		body.current?.children[n]?.scrollIntoView({ block: "nearest" });
	};
	useKeys({
		j: () => move(chosen + 1), ArrowDown: () => move(chosen + 1), k: () => move(chosen - 1), ArrowUp: () => move(chosen - 1),
		Enter: () => chosen >= 0 && open(chosen), ...more,
	});
	return { chosen, setAt, body };
}

export function MoreRows({ shown, total, next, onMore, wait }: { shown: number; total?: number | undefined; next: string | undefined; onMore: () => Promise<void>; wait?: string | undefined }) {
	const [busy, setBusy] = useState(false);
	const more = async () => {
		setBusy(true);
		try {
			await onMore();
		} catch (error) {
			sayError(error);
		} finally {
			setBusy(false);
		}
	};
	return (
		<div class="pad row between">
			<span class="small muted" role="status">{total === undefined ? t("app.result", { n: shown }) : `${number(shown)} / ${t("app.result", { n: total })}`}{wait ? ` · ${wait}` : ""}</span>
			{next && <button disabled={busy} onClick={more}>{t("app.next")}</button>}
		</div>
	);
}
