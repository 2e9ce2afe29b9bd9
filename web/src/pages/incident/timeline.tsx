// SPDX-License-Identifier: AGPL-3.0-or-later
// All moments in order, those that the watch saw and those that people wrote.
import * as adapt from "../../core/adapt.ts";
import { useState } from "preact/hooks";
import { send } from "../../core/api.ts";
import { t, tOr } from "../../core/i18n.ts";
import { useResource } from "../../core/data.ts";
import { setQuery } from "../../core/router.ts";
import { useSession } from "../../core/session.tsx";
import type { Entry } from "../../core/types.ts";
import { Card, Empty, ErrorNote, Loading } from "../../ui/basic.tsx";
import { say, sayError } from "../../ui/feedback.tsx";
import { AreaField } from "../../ui/form.tsx";
import { ItemDialog } from "../../ui/item.tsx";
import { TimeStrip } from "../../ui/pictures.tsx";
import type { TabProps } from "./incident.tsx";

function QuickLog({ id, kind, onDone }: { id: string; kind: "log" | "comment"; onDone: () => void }) {
	const [text, setText] = useState("");
	const submit = async (event: Event) => {
		event.preventDefault();
		try {
			await send("POST", `/api/incidents/${encodeURIComponent(id)}/items`, { kind, fields: { text } });
			setText("");
			say(t("app.saved"));
			onDone();
		} catch (error) {
			sayError(error);
		}
	};
	return (
		<form class="form" onSubmit={submit}>
			<AreaField label={t(kind === "log" ? "timeline.log" : "timeline.comment")} name={kind} value={text} onValue={setText} rows={2} required />
			<div class="buttons"><button class="primary" type="submit">{t("app.add")}</button></div>
		</form>
	);
}

export function TimelineTab({ full, id, place, reload, writes }: TabProps) {
	const { time } = useSession();
	const { data, error, reload: again } = useResource<{ entries: Entry[] }>(`/api/incidents/${encodeURIComponent(id)}/timeline`, {}, ["incidents"], adapt.timeline);
	const [adding, setAdding] = useState(false);
	const [limit, setLimit] = useState(200);
	const chosen = place.query.show ?? "";
	if (error && !data) return <ErrorNote error={error} retry={again} />;
	if (!data) return <Loading />;
	const sources = [...new Set(data.entries.map((e) => e.source))];
	const shown = data.entries.filter((e) => chosen === "" || e.source === chosen);
	const done = () => { again(); reload(); };
	let day = "";
	return (
		<div class="grid-side">
			<Card title={t("incident.tab.timeline")}>
				<div class="stack">
					<TimeStrip times={data.entries.map((e) => e.at)} label={t("timeline.strip", { n: data.entries.length })} />
					{sources.length > 1 && (
						<div class="chips" role="group" aria-label={t("timeline.show")}>
							<button class="chip" aria-pressed={chosen === ""} onClick={() => setQuery(place, { show: undefined })}>{t("app.all")}</button>
							{sources.map((s) => <button key={s} class="chip" aria-pressed={chosen === s} onClick={() => setQuery(place, { show: s })}>{tOr(`timeline.source.${s}`, s)}</button>)}
						</div>
					)}
					{shown.length === 0 ? <Empty icon="clocks" title={t("timeline.none")} level={3} /> : (
						<ol class="timeline">
							{shown.slice(0, limit).map((e, i) => {
								const d = time(e.at, "weekday");
								const head = d !== day;
								day = d;
								return [
									head && <li key={`d${i}`} class="day">{d}</li>,
									<li key={i} class={`t-${e.source}`}>
										<span class="row small muted"><time dateTime={e.at} class="num strong">{time(e.at, "hour")}</time><span>{tOr(`kind.${e.source}`, e.source)}</span>{e.by && <span>{e.by}</span>}{e.id && <code>{e.id}</code>}</span>
										<span class="pre break">{e.text}</span>
									</li>,
								];
							})}
						</ol>
					)}
					{shown.length > limit && <button onClick={() => setLimit(limit + 200)}>{t("app.next")}</button>}
				</div>
			</Card>
			{writes && (
				<div class="stack">
					<Card title={t("timeline.write")}>
						<div class="stack">
							<QuickLog id={id} kind="log" onDone={done} />
							<button class="quiet" onClick={() => setAdding(true)}>{t("timeline.log.dated")}</button>
							<hr />
							<QuickLog id={id} kind="comment" onDone={done} />
						</div>
					</Card>
				</div>
			)}
			{adding && <ItemDialog incident={id} kind="log" items={full.items} onClose={() => setAdding(false)} onDone={() => { setAdding(false); done(); }} />}
		</div>
	);
}
