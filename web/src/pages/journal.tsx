// SPDX-License-Identifier: AGPL-3.0-or-later
// Who changed or read what, sealed; and the proof that nobody altered it.
import { useState } from "preact/hooks";
import { get } from "../core/api.ts";
import { t, tOr } from "../core/i18n.ts";
import { usePaged } from "../core/paged.ts";
import { href, setQuery, type Place } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { JournalLine } from "../core/types.ts";
import { journalDiff } from "../pure/diff.ts";
import { Card, Empty, ErrorNote, Loading, Page, Time } from "../ui/basic.tsx";
import { sayError } from "../ui/feedback.tsx";
import { Icon } from "../ui/icons.tsx";
import { MoreRows } from "../ui/list.tsx";
import { short } from "../ui/pictures.tsx";
import { SearchBox } from "../ui/search.tsx";

interface Verified { ok: boolean; lines: number; findings: (string | { text: string; object?: string })[] }

function Verify() {
	const [answer, setAnswer] = useState<Verified | null>(null);
	const [busy, setBusy] = useState(false);
	const verify = async () => {
		setBusy(true);
		try {
			setAnswer(await get<Verified>("/api/verify"));
		} catch (error) {
			sayError(error);
		} finally {
			setBusy(false);
		}
	};
	return (
		<Card title={t("verify.title")} actions={<button class="mini primary" disabled={busy} aria-busy={busy} onClick={verify}><Icon name="shield" />{t("verify.go")}</button>}>
			<div class="stack" role="status">
				{!answer && <p class="muted">{t(busy ? "app.loading" : "verify.lead")}</p>}
				{answer && (answer.ok ? <p class="note good"><strong>{t("verify.ok")}</strong><span>{t("verify.lines", { n: answer.lines })}</span></p> : (
					<div class="note bad"><strong>{t("verify.bad")}</strong><ul>{answer.findings.map((f, i) => <li key={i} class="break">{typeof f === "string" ? f : f.text}</li>)}</ul></div>
				))}
			</div>
		</Card>
	);
}

function objectLink(object: string) {
	if (object.startsWith("INC-")) return <a class="nowrap" href={href(["incidents", object])}>{object}</a>;
	if (object.startsWith("ALT-") || object.startsWith("ALR-")) return <a href={href(["alerts", object])}>{object}</a>;
	return <code class="break">{object}</code>;
}

export function JournalPage({ place }: { place: Place }) {
	const { vocabulary } = useSession();
	const labels = new Map(vocabulary.kinds.flatMap((k) => k.fields.map((f) => [f.name, f.label] as const)));
	const q = place.query;
	const query = { object: q.object, who: q.who, limit: 50 };
	const list = usePaged<{ lines: JournalLine[]; next?: string }, JournalLine>("/api/journal", query, (p) => p.lines, []);
	const { data, error, reload } = list.first;
	return (
		<Page title={t("nav.journal")} name="journal" lead={t("journal.lead")}>
			<Verify />
			<Card pad={false}>
				<div class="filters">
					<SearchBox label={t("journal.who")} value={q.who ?? ""} onValue={(who) => setQuery(place, { who })} />
					<SearchBox label={t("journal.object")} value={q.object ?? ""} onValue={(object) => setQuery(place, { object })} />
				</div>
				{error && <div class="pad"><ErrorNote error={error} retry={reload} /></div>}
				{!data && !error && <Loading />}
				{data && list.rows.length === 0 && <Empty icon="journal" title={t("journal.none")} />}
				{list.rows.length > 0 && (
					<>
						<table class="fold wide">
							<caption class="sr">{t("nav.journal")}</caption>
							<thead><tr><th scope="col" class="right">{t("journal.seq")}</th><th scope="col">{t("events.at")}</th><th scope="col">{t("journal.who")}</th><th scope="col">{t("journal.action")}</th><th scope="col">{t("journal.object")}</th><th scope="col">{t("journal.change")}</th></tr></thead>
							<tbody>
								{list.rows.map((l) => {
									const changes = journalDiff(l.before, l.after);
									return (
										<tr key={l.seq}>
											<td class="right num muted" data-label={t("journal.seq")}>{l.seq}</td>
											<td data-label={t("events.at")}><Time iso={l.at} style="second" /></td>
											<td data-label={t("journal.who")}><span class="break">{l.who}</span></td>
											<td data-label={t("journal.action")}>{tOr(`journal.action.${l.action}`, l.action)}</td>
											<td data-label={t("journal.object")}>{objectLink(l.object)}</td>
											<td class="main">
												<span class="diff">
													{changes.slice(0, 6).map((c) => (
														<span key={c.name} class="break">{c.name && <span class="muted">{labels.get(c.name) ?? c.name}{" "}</span>}{c.before && <del>{short(c.before, 80)}</del>} {c.after && <ins>{short(c.after, 120)}</ins>}</span>
													))}
													{changes.length > 6 && <span class="muted">{t("incidents.more", { n: changes.length - 6 })}</span>}
												</span>
											</td>
										</tr>
									);
								})}
							</tbody>
						</table>
						<MoreRows shown={list.rows.length} next={list.next} onMore={list.readMore} />
					</>
				)}
			</Card>
		</Page>
	);
}
