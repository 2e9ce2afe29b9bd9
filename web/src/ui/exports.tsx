// SPDX-License-Identifier: AGPL-3.0-or-later
import { useState } from "preact/hooks";
import { download, withQuery, type Query } from "../core/api.ts";
import { t, tOr } from "../core/i18n.ts";
import { say, sayError } from "./feedback.tsx";
import { Icon } from "./icons.tsx";

/** One button for each format; HTML opens beside, the others are saved. */
export function FormatButtons({ title, formats, path }: { title: string; formats: string[]; path: (format: string) => { path: string; query: Query } | null }) {
	const [busy, setBusy] = useState("");
	const save = async (format: string) => {
		const to = path(format);
		if (!to) return;
		setBusy(format);
		try {
			say(t("export.done", { name: await download(withQuery(to.path, to.query)) }));
		} catch (error) {
			sayError(error);
		} finally {
			setBusy("");
		}
	};
	return (
		<div class="buttons">
			{formats.map((format) => (
				<button key={format} class="mini" disabled={busy !== ""} aria-busy={busy === format} onClick={() => save(format)}>
					<Icon name="down" />{tOr(`format.${format}`, format.toUpperCase())}<span class="sr"> · {title}</span>
				</button>
			))}
		</div>
	);
}
