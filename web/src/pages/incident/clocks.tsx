// SPDX-License-Identifier: AGPL-3.0-or-later
// Legal clocks: from awareness, not from detection. And the draft of what is to be sent.
import * as adapt from "../../core/adapt.ts";
import { useState } from "preact/hooks";
import { t } from "../../core/i18n.ts";
import { useResource } from "../../core/data.ts";
import { href } from "../../core/router.ts";
import { useSession } from "../../core/session.tsx";
import type { IncidentFull, Item, Sentence } from "../../core/types.ts";
import { Card, ErrorNote, Facts, Loading, Page, Time } from "../../ui/basic.tsx";
import { ClockLine } from "../../ui/clocks.tsx";
import { say, sayError } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/icons.tsx";
import { ItemDialog } from "../../ui/item.tsx";
import type { TabProps } from "./incident.tsx";

export function ClocksTab({ full, id, reload, writes, onAware }: TabProps & { onAware: () => void }) {
	const { vocabulary, can } = useSession();
	const [dialog, setDialog] = useState<{ kind: "clock" | "notice"; initial?: Record<string, string>; item?: Item } | null>(null);
	const f = full.incident.fields;
	const notices = full.items.filter((i) => i.kind === "notice");
	const label = (profile: string) => full.clocks.find((c) => c.profile === profile)?.label || vocabulary.clocks.find((c) => c.profile === profile)?.label || profile;
	const profiles = [...new Set(full.clocks.map((c) => c.profile))];
	const mayNotify = writes && can("notice.write");
	return (
		<div class="grid-side">
			<div class="stack">
				{profiles.length === 0 && (
					<div class="note">
						<strong>{t("clock.none")}</strong>
						<p>{t("clock.none.text")}</p>
					</div>
				)}
				{profiles.map((profile) => {
					const clocks = full.clocks.filter((c) => c.profile === profile);
					return (
						<Card key={profile} title={label(profile)} pad={false} actions={(
							<>
								{(vocabulary.notices.length === 0 || vocabulary.notices.includes(profile)) && <a class="button mini" href={href(["incidents", id, "notice", profile])}><Icon name="documents" />{t("clock.draft")}<span class="sr"> {label(profile)}</span></a>}
								{mayNotify && <button class="mini primary" onClick={() => setDialog({ kind: "notice", initial: { profile, step: clocks.find((c) => !c.sent)?.step ?? "" } })}>{t("clock.notified")}<span class="sr"> {label(profile)}</span></button>}
							</>
						)}>
							<ul class="bare">{clocks.map((c) => <ClockLine key={c.step} clock={c} withIncident={false} />)}</ul>
						</Card>
					);
				})}
				{notices.length > 0 && (
					<Card title={t("notice.sent")} pad={false}>
						<ul class="rows">
							{notices.map((n) => (
								<li key={n.id} class="line">
									<strong>{vocabulary.clocks.find((c) => c.profile === n.fields.profile)?.label ?? n.fields.profile} · {n.fields.step}</strong>
									<span class="small muted"><Time iso={n.fields.sent} /> {n.fields.to} {n.fields.reference}</span>
									{n.fields.why_late && <span class="small">{n.fields.why_late}</span>}
								</li>
							))}
						</ul>
					</Card>
				)}
			</div>
			<div class="stack">
				<Card title={t("aware.title")} actions={writes && <button class="mini" onClick={onAware}>{t(f.aware ? "app.edit" : "aware.say")}</button>}>
					{f.aware ? <Facts rows={[[t("aware.at"), <Time iso={f.aware} style="long" />], [t("aware.by"), f.aware_by], [t("aware.why"), f.aware_why]]} /> : <p>{t("aware.none")}</p>}
				</Card>
				{mayNotify && (
					<Card title={t("clock.start")}>
						<div class="stack">
							<p class="small muted">{t("clock.start.lead")}</p>
							<button onClick={() => setDialog({ kind: "clock" })}>{t("clock.start.go")}</button>
						</div>
					</Card>
				)}
			</div>
			{dialog && <ItemDialog incident={id} kind={dialog.kind} initial={dialog.initial ?? {}} items={full.items} onClose={() => setDialog(null)} onDone={() => { setDialog(null); reload(); }} />}
		</div>
	);
}

export function NoticePage({ full, id, profile }: { full: IncidentFull; id: string; profile: string }) {
	const { vocabulary, fieldsOf } = useSession();
	const names = new Map(fieldsOf("incident").map((d) => [d.name, d.label]));
	const { data, error, reload } = useResource<{ title: string; sentences: Sentence[] }>(`/api/incidents/${encodeURIComponent(id)}/notice/${encodeURIComponent(profile)}`, {}, ["incidents"], adapt.notice);
	const clock = vocabulary.clocks.find((c) => c.profile === profile);
	const title = data?.title || t("notice.title", { name: clock?.label ?? profile });
	const back = <a class="button" href={href(["incidents", id, "clocks"])}>{t("app.back")}</a>;
	if (error && !data) return <Page title={title} actions={back}><ErrorNote error={error} retry={reload} /></Page>;
	if (!data) return <Page title={title} actions={back}><Loading /></Page>;
	const missing = data.sentences.filter((s) => s.missing).length;
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(data.sentences.filter((s) => !s.missing).map((s) => s.text).join("\n\n"));
			say(t("app.copied"));
		} catch {
			sayError(new Error());
		}
	};
	return (
		<Page title={title} lead={`${full.incident.title} · ${id}`} actions={<>{back}<button onClick={copy}>{t("app.copy")}</button><button onClick={() => window.print()}>{t("notice.print")}</button></>}>
			{missing > 0 && <div class="note warn"><p>{t("notice.missing", { n: missing })}</p></div>}
			<Card>
				<div class="draft">
					{data.sentences.map((s, i) => (
						<p key={i} class={s.missing ? "missing" : ""}>
							<span class="pre">{s.text}</span>
							{s.cites.length > 0 && <span class="cites">{t(s.missing ? "notice.fill" : "notice.cites")} {s.cites.map((c) => names.get(c) ?? c).join(", ")}</span>}
						</p>
					))}
				</div>
			</Card>
		</Page>
	);
}
