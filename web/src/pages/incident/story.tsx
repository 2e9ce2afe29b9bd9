// SPDX-License-Identifier: AGPL-3.0-or-later
// What happened, in sentences; what it is made of; what is like it.
import * as adapt from "../../core/adapt.ts";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { number, t, tOr } from "../../core/i18n.ts";
import { useResource } from "../../core/data.ts";
import { href } from "../../core/router.ts";
import { useSession } from "../../core/session.tsx";
import { Card, Empty, Facts, Severity, StateTag, Time } from "../../ui/basic.tsx";
import { AttackStrip } from "../../ui/pictures.tsx";
import { isMissing, Missing } from "../../ui/missing.tsx";
import { about } from "../exceptions.tsx";
import type { TabProps } from "./incident.tsx";

const SHOWN_ELSEWHERE = new Set(["title", "category", "severity", "state", "owner", "tlp", "restricted_to", "techniques", "description"]);

/** A line that leads somewhere, for those who may go there. */
function Linked({ to, children }: { to: string | undefined; children: ComponentChildren }) {
	return to ? <a class="line split" href={to}>{children}</a> : <span class="line split">{children}</span>;
}

function linked(address: string, mayLook: boolean) {
	return mayLook ? <a class="break" href={href(["events"], { q: address })}>{address}</a> : <span class="break">{address}</span>;
}

export function StoryTab({ full, id, writes, onEdit }: TabProps & { onEdit: () => void }) {
	const { fieldsOf, time, can } = useSession();
	const similar = useResource<{ incidents: adapt.Similar[] }>(`/api/incidents/${encodeURIComponent(id)}/similar`, {}, [], adapt.similar);
	const [all, setAll] = useState(false);
	const { incident, story, alerts = [], exceptions = [], techniques = [] } = full;
	const facts = fieldsOf("incident")
		.filter((d) => !SHOWN_ELSEWHERE.has(d.name) && (incident.fields[d.name] ?? "") !== "")
		.map((d): [string, string] => {
			const value = incident.fields[d.name] as string;
			return [d.label, d.type === "time" ? time(value) : d.type === "number" && /^\d+$/.test(value) ? number(Number(value)) : d.words?.find((w) => w.value === value)?.label ?? value];
		});
	const todo = [...new Set(story.parts.map((p) => p.todo).filter(Boolean))];
	const over = ["closed", "false-positive", "merged"].includes(incident.state);
	return (
		<div class="grid-side">
			<div class="stack">
				<Card title={t("story.title")}>
					<div class="story">
						{(incident.fields.description || story.text) && <p class="pre">{incident.fields.description || story.text}</p>}
						{story.parts.length === 0 && !incident.fields.description && !story.text && <p>{t("story.none")}</p>}
						{story.parts.map((p, i) => (
							<div key={i} class="part">
								{p.heading && <h3 class="row">{p.heading}{p.severity && <Severity value={p.severity} short />}</h3>}
								<p class="pre">{p.text}</p>
								{p.why && <details><summary class="small">{t("alert.why")}</summary><p class="pre">{p.why}</p></details>}
							</div>
						))}
					</div>
				</Card>
				{techniques.length > 0 && <Card title={t("attack.title")}><AttackStrip techniques={techniques} /></Card>}
				<Card title={t("story.facts")} actions={writes && !over ? <button class="mini quiet" onClick={onEdit}>{t("app.edit")}</button> : undefined}>
					{facts.length === 0 ? <p class="muted">{t("story.facts.none")}</p> : <Facts rows={facts} two />}
				</Card>
				<Card title={t("story.alerts", { n: alerts.length })} pad={false}>
					{alerts.length === 0 ? <Empty icon="alerts" title={t("story.alerts.none")} level={3} /> : (
						<ul class="rows">
							{alerts.slice(0, all ? alerts.length : 8).map((a) => (
								<li key={a.id}>
									<Linked to={can("alert.read") ? href(["alerts", a.id]) : undefined}>
										<span class="stack-s"><span class="title">{a.title}</span><span class="small muted break">{[a.source, a.target].filter(Boolean).join(" → ")} · <Time iso={a.at} /></span></span>
										<Severity value={a.severity} />
									</Linked>
								</li>
							))}
						</ul>
					)}
					{!all && alerts.length > 8 && <div class="pad"><button onClick={() => setAll(true)}>{t("incidents.more", { n: alerts.length - 8 })}</button></div>}
				</Card>
				{exceptions.length > 0 && (
					<Card title={t("story.exceptions")} pad={false}>
						<ul class="rows">
							{exceptions.map((e) => (
								<li key={e.id}>
									<Linked to={can("alert.read") ? href(["exceptions", e.id]) : undefined}>
										<span class="stack-s"><span class="title break">{about(e)}</span><span class="small muted break">{e.why} · {t(`exceptions.state.${e.state}`)} · {t("exceptions.hidden")} {number(e.hidden)}</span></span>
									</Linked>
								</li>
							))}
						</ul>
					</Card>
				)}
			</div>
			<div class="stack">
				{!over && todo.length > 0 && (
					<Card title={t("alert.now")}>
						<ol class="stack-s">{todo.map((x) => <li key={x}>{x}</li>)}</ol>
					</Card>
				)}
				{!over && isMissing(full) && <Card title={t("incident.missing")}><Missing full={full} /></Card>}
				{story.attacker && (
					<Card title={t("story.who")}>
						<Facts rows={[[t("alerts.from"), linked(story.attacker, can("event.read"))], [t("alerts.to"), <span class="stack-s">{story.victims.map((v) => <span key={v}>{linked(v, can("event.read"))}</span>)}</span>], [t("story.sure"), story.confidence > 0 ? `${number(story.confidence)}\u00a0%` : ""]]} />
					</Card>
				)}
				{similar.data && similar.data.incidents.length > 0 && (
					<Card title={t("story.similar")} pad={false}>
						<ul class="rows">
							{similar.data.incidents.map((s) => (
								<li key={s.id}>
									<a class="line split" href={href(["incidents", s.id])}>
										<span class="stack-s"><span class="title">{s.title}</span><span class="small muted">{[s.id, s.common.map((c) => tOr(`common.${c}`, c)).join(", "), s.what].filter(Boolean).join(" · ")}</span></span>
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
