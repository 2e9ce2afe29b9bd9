// SPDX-License-Identifier: AGPL-3.0-or-later
// What is done so that it does not come back: actions with proof and effect, lessons, incidents that are related.
import { useState } from "preact/hooks";
import { t } from "../../core/i18n.ts";
import { href } from "../../core/router.ts";
import { useSession } from "../../core/session.tsx";
import type { Item } from "../../core/types.ts";
import { Card, Countdown, Empty, Facts } from "../../ui/basic.tsx";
import { Icon } from "../../ui/icons.tsx";
import { ItemDialog, itemName } from "../../ui/item.tsx";
import type { TabProps } from "./incident.tsx";

const TONE: Record<string, string> = { open: "warn", done: "accent", closed: "good" };

export function AfterTab({ full, id, reload, writes }: TabProps) {
	const { fieldsOf } = useSession();
	const [dialog, setDialog] = useState<{ kind: "action" | "lesson" | "relation"; item?: Item } | null>(null);
	const of = (kind: string) => full.items.filter((i) => i.kind === kind);
	const word = (kind: string, name: string, value: string | undefined) => fieldsOf(kind).find((d) => d.name === name)?.words?.find((w) => w.value === value)?.label ?? value ?? "";
	const label = (name: string) => fieldsOf("action").find((d) => d.name === name)?.label ?? name;
	const ref = (value: string | undefined) => {
		const item = full.items.find((i) => i.id === value);
		return item ? `${itemName(item)} (${item.id})` : value;
	};
	const edit = (kind: "action" | "lesson" | "relation", item: Item) => writes && (
		<span class="buttons"><button class="mini quiet" onClick={() => setDialog({ kind, item })}>{t("app.edit")}<span class="sr"> {itemName(item)}</span></button></span>
	);
	const add = (kind: "action" | "lesson" | "relation", text: string) => writes && <button class="mini" onClick={() => setDialog({ kind })}><Icon name="plus" />{text}</button>;
	return (
		<div class="grid-side">
			<Card title={t("incident.tab.actions")} pad={false} actions={add("action", t("action.add"))}>
				{of("action").length === 0 ? <Empty icon="check" title={t("action.none")} level={3}><p>{t("action.none.text")}</p></Empty> : (
					<ul class="rows">
						{of("action").map((a) => (
							<li key={a.id} class="line">
								<span class="row between">
									<strong class="break">{a.fields.title}</strong>
									<span class="row"><span class={`tag ${TONE[a.fields.state ?? "open"] ?? ""}`}>{word("action", "state", a.fields.state ?? "open")}</span>{a.fields.due && !["closed", "cancelled"].includes(a.fields.state ?? "") && <Countdown due={a.fields.due} />}</span>
								</span>
								<Facts rows={[
									[label("type"), word("action", "type", a.fields.type)], [label("cause"), ref(a.fields.cause)], [label("owner"), a.fields.owner], [label("proof"), ref(a.fields.proof)],
									[label("effect"), a.fields.effect], [label("effect_ok"), word("action", "effect_ok", a.fields.effect_ok)], [label("effect_by"), a.fields.effect_by],
								]} />
								{edit("action", a)}
							</li>
						))}
					</ul>
				)}
			</Card>
			<div class="stack">
				<Card title={t("lesson.title")} pad={false} actions={add("lesson", t("lesson.add"))}>
					{of("lesson").length === 0 ? <p class="pad muted">{t("lesson.none")}</p> : (
						<ul class="rows">
							{of("lesson").map((l) => (
								<li key={l.id} class="line"><span class="small muted">{[word("lesson", "type", l.fields.type), l.fields.audience].filter(Boolean).join(" · ")}</span><span class="pre break">{l.fields.text}</span>{edit("lesson", l)}</li>
							))}
						</ul>
					)}
				</Card>
				<Card title={t("relation.title")} pad={false} actions={add("relation", t("relation.add"))}>
					{of("relation").length === 0 ? <p class="pad muted">{t("relation.none")}</p> : (
						<ul class="rows">
							{of("relation").map((r) => (
								<li key={r.id} class="line"><a href={href(["incidents", r.fields.other ?? ""])}>{r.fields.other}</a><span class="small muted">{[word("relation", "how", r.fields.how), r.fields.why].filter(Boolean).join(" · ")}</span></li>
							))}
						</ul>
					)}
				</Card>
			</div>
			{dialog && <ItemDialog incident={id} kind={dialog.kind} item={dialog.item} items={full.items} onClose={() => setDialog(null)} onDone={() => { setDialog(null); reload(); }} />}
		</div>
	);
}
