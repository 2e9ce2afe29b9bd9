// SPDX-License-Identifier: AGPL-3.0-or-later
// Who does what until when; playbooks bring the usual tasks.
import * as adapt from "../../core/adapt.ts";
import { useState } from "preact/hooks";
import { send } from "../../core/api.ts";
import { t } from "../../core/i18n.ts";
import { useResource } from "../../core/data.ts";
import { useSession } from "../../core/session.tsx";
import type { Item } from "../../core/types.ts";
import { Card, Countdown, Empty, Time } from "../../ui/basic.tsx";
import { Dialog, say, sayError } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/icons.tsx";
import { ItemDialog } from "../../ui/item.tsx";
import type { TabProps } from "./incident.tsx";

function ReflexCard({ name, title }: { name: string; title: string }) {
	const { data } = useResource(`/api/playbooks/${encodeURIComponent(name)}`, {}, [], adapt.playbook);
	if (!data || (data.first.length === 0 && data.never.length === 0)) return null;
	return (
		<Card title={t("tasks.card", { title })}>
			<div class="grid2">
				<div class="note good"><strong>{t("tasks.first")}</strong><ul>{data.first.map((x) => <li key={x}>{x}</li>)}</ul></div>
				<div class="note bad"><strong>{t("tasks.never")}</strong><ul>{data.never.map((x) => <li key={x}>{x}</li>)}</ul></div>
			</div>
		</Card>
	);
}

export function TasksTab({ full, id, reload, writes }: TabProps) {
	const { vocabulary } = useSession();
	const [edited, setEdited] = useState<Item | "new" | null>(null);
	const [playbooks, setPlaybooks] = useState(false);
	const [busy, setBusy] = useState("");
	const tasks = full.items.filter((i) => i.kind === "task").sort((a, b) => (a.fields.done ? 1 : 0) - (b.fields.done ? 1 : 0) || (a.fields.due ?? "9").localeCompare(b.fields.due ?? "9"));
	const toggle = async (task: Item) => {
		setBusy(task.id);
		try {
			await send("PATCH", `/api/items/${encodeURIComponent(task.id)}`, { fields: { done: task.fields.done ? "" : new Date().toISOString().slice(0, 19) + "Z" } });
			reload();
		} catch (error) {
			sayError(error);
		} finally {
			setBusy("");
		}
	};
	const openPlaybook = async (name: string) => {
		try {
			await send("POST", `/api/incidents/${encodeURIComponent(id)}/playbook`, { name });
			say(t("tasks.playbook.done"));
			setPlaybooks(false);
			reload();
		} catch (error) {
			sayError(error);
		}
	};
	const used = new Set(tasks.map((x) => x.fields.playbook).filter(Boolean));
	const cards = vocabulary.playbooks.filter((p) => used.has(p.name));
	const suggested = vocabulary.categories.find((c) => c.code === full.incident.category)?.playbook;
	return (
		<div class="stack">
			{cards.map((p) => <ReflexCard key={p.name} name={p.name} title={p.title} />)}
			<Card title={t("incident.tab.tasks")} pad={false} actions={writes && (
				<>
					<button class="mini" onClick={() => setPlaybooks(true)}><Icon name="documents" />{t("tasks.playbook")}</button>
					<button class="mini primary" onClick={() => setEdited("new")}><Icon name="plus" />{t("tasks.add")}</button>
				</>
			)}>
				{tasks.length === 0 ? (
					<Empty icon="task" title={t("tasks.none")} level={3}><p>{t("tasks.none.text")}</p></Empty>
				) : (
					<ul class="rows">
						{tasks.map((task) => (
							<li key={task.id} class="line split">
								<span class="row top-aligned">
									{writes
										? <input type="checkbox" checked={Boolean(task.fields.done)} disabled={busy === task.id} aria-label={t("tasks.done", { title: task.fields.title ?? "" })} onChange={() => toggle(task)} />
										: <Icon name={task.fields.done ? "check" : "task"} />}
									<span class="stack-s grow">
										<span class={task.fields.done ? "muted" : "strong"}>{task.fields.title}</span>
										<span class="small muted">{[task.id, task.fields.owner, task.fields.result].filter(Boolean).join(" · ")}</span>
									</span>
								</span>
								<span class="row">
									{task.fields.done ? <span class="small good">{t("tasks.done.at")} <Time iso={task.fields.done} /></span> : task.fields.due ? <Countdown due={task.fields.due} /> : null}
									{writes && <button class="mini quiet" onClick={() => setEdited(task)}>{t("app.edit")}<span class="sr"> {task.fields.title}</span></button>}
								</span>
							</li>
						))}
					</ul>
				)}
			</Card>
			{edited !== null && (
				<ItemDialog incident={id} kind="task" item={edited === "new" ? undefined : edited} items={full.items} onClose={() => setEdited(null)} onDone={() => { setEdited(null); reload(); }} />
			)}
			{playbooks && (
				<Dialog title={t("tasks.playbook")} onClose={() => setPlaybooks(false)}>
					<p class="muted">{t("tasks.playbook.lead")}</p>
					<div class="stack">
						{vocabulary.playbooks.map((p) => (
							<button key={p.name} class={p.name === suggested ? "primary" : ""} disabled={used.has(p.name)} onClick={() => openPlaybook(p.name)}>{p.title}{used.has(p.name) ? ` · ${t("tasks.playbook.used")}` : ""}</button>
						))}
					</div>
				</Dialog>
			)}
		</div>
	);
}
