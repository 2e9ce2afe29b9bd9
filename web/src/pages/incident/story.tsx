// SPDX-License-Identifier: AGPL-3.0-or-later
// What happened, in sentences; what it is made of; what is like it.
import { number, t } from "../../core/i18n.ts";
import { useResource } from "../../core/data.ts";
import { href } from "../../core/router.ts";
import { useSession } from "../../core/session.tsx";
import { Card, Empty, Facts, Severity, StateTag, Time } from "../../ui/basic.tsx";
import { AttackStrip } from "../../ui/pictures.tsx";
import type { TabProps } from "./incident.tsx";

const SHOWN_ELSEWHERE = new Set(["title", "category", "severity", "state", "owner", "tlp", "restricted_to", "techniques"]);

export function StoryTab({ full, id, writes, onEdit }: TabProps & { onEdit: () => void }) {
	const { fieldsOf, time } = useSession();
	const similar = useResource<{ incidents: { id: string; title: string; why?: string; state?: string }[] }>(`/api/incidents/${encodeURIComponent(id)}/similar`);
	const { incident, story, alerts = [], techniques = [] } = full;
	const facts = fieldsOf("incident")
		.filter((d) => !SHOWN_ELSEWHERE.has(d.name) && (incident.fields[d.name] ?? "") !== "")
		.map((d): [string, string] => {
			const value = incident.fields[d.name] as string;
			return [d.label, d.type === "time" ? time(value) : d.type === "number" && /^\d+$/.test(value) ? number(Number(value)) : d.words?.find((w) => w.value === value)?.label ?? value];
		});
	const closing = full.missing.filter((m) => m.state === undefined || m.state === "closed");
	const over = ["closed", "false-positive", "merged"].includes(incident.state);
	return (
		<div class="grid-side">
			<div class="stack">
				<Card title={t("story.title")}>
					<div class="story">
						{story.parts && story.parts.length > 0
							? story.parts.map((p, i) => <div key={i}>{p.heading && <h3>{p.heading}</h3>}<p class="pre">{p.text}</p></div>)
							: <p class="pre">{story.text || incident.fields.description || t("story.none")}</p>}
					</div>
				</Card>
				{techniques.length > 0 && <Card title={t("attack.title")}><AttackStrip techniques={techniques} /></Card>}
				<Card title={t("story.alerts", { n: alerts.length })} pad={false}>
					{alerts.length === 0 ? <Empty icon="alerts" title={t("story.alerts.none")} level={3} /> : (
						<ul class="rows">
							{alerts.map((a) => (
								<li key={a.id}>
									<a class="line split" href={href(["alerts", a.id])}>
										<span class="stack-s"><span class="title">{a.title}</span><span class="small muted break">{[a.source, a.target].filter(Boolean).join(" → ")} · <Time iso={a.at} /></span></span>
										<Severity value={a.severity} />
									</a>
								</li>
							))}
						</ul>
					)}
				</Card>
			</div>
			<div class="stack">
				{!over && closing.length > 0 && (
					<Card title={t("incident.missing")}>
						<ul class="stack-s">{closing.map((m) => <li key={m.text}>{m.text}</li>)}</ul>
					</Card>
				)}
				<Card title={t("story.facts")} actions={writes && !over ? <button class="mini quiet" onClick={onEdit}>{t("app.edit")}</button> : undefined}>
					{facts.length === 0 ? <p class="muted">{t("story.facts.none")}</p> : <Facts rows={facts} />}
				</Card>
				{similar.data && similar.data.incidents.length > 0 && (
					<Card title={t("story.similar")} pad={false}>
						<ul class="rows">
							{similar.data.incidents.map((s) => (
								<li key={s.id}>
									<a class="line split" href={href(["incidents", s.id])}>
										<span class="stack-s"><span class="title">{s.title}</span><span class="small muted">{[s.id, s.why].filter(Boolean).join(" · ")}</span></span>
										{s.state && <StateTag state={s.state} />}
									</a>
								</li>
							))}
						</ul>
					</Card>
				)}
			</div>
		</div>
	);
}
