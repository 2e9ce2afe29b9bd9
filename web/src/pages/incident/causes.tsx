// SPDX-License-Identifier: AGPL-3.0-or-later
// Why it happened, seen three ways: tree, 5 whys, Ishikawa. The same causes in each.
import { useState } from "preact/hooks";
import { t } from "../../core/i18n.ts";
import { setQuery } from "../../core/router.ts";
import type { Item } from "../../core/types.ts";
import { causeTree, whyLines } from "../../pure/causes.ts";
import { Card, Empty } from "../../ui/basic.tsx";
import { Icon } from "../../ui/icons.tsx";
import { ItemDialog } from "../../ui/item.tsx";
import { CauseBranch, Ishikawa } from "../../ui/pictures.tsx";
import type { TabProps } from "./incident.tsx";

const VIEWS = ["tree", "whys", "fish"] as const;

export function CausesTab({ full, id, place, reload, writes }: TabProps) {
	const [dialog, setDialog] = useState<{ item?: Item; parent?: string } | null>(null);
	const view = VIEWS.find((v) => v === place.query.view) ?? "tree";
	const roots = causeTree(full.items);
	const problem = full.incident.title;
	const edit = writes ? (item: Item) => setDialog({ item }) : undefined;
	const why = writes ? (item: Item) => setDialog({ parent: item.id }) : undefined;
	return (
		<div class="stack">
			<Card title={t("incident.tab.causes")} actions={writes && <button class="mini primary" onClick={() => setDialog({})}><Icon name="plus" />{t("cause.add")}</button>}>
				<div class="stack">
					<div class="chips" role="group" aria-label={t("cause.view")}>
						{VIEWS.map((v) => <button key={v} class="chip" aria-pressed={v === view} onClick={() => setQuery(place, { view: v })}>{t(`cause.view.${v}`)}</button>)}
					</div>
					{roots.length === 0 ? <Empty icon="help" title={t("cause.none")} level={3}><p>{t("cause.none.text")}</p></Empty> : (
						<>
							{view === "tree" && <ul class="bare stack" aria-label={problem}>{roots.map((c) => <CauseBranch key={c.item.id} cause={c} onEdit={edit} onWhy={why} />)}</ul>}
							{view === "whys" && whyLines(roots).map((line, n) => (
								<ol key={n} class="whys">
									<li><span class="small muted">{t("cause.problem")}</span><span class="strong">{problem}</span></li>
									{line.map((c) => (
										<li key={c.id}>
											<span class="small muted">{t("cause.because")}</span>
											<span class="row"><span class="break">{c.fields.text}</span>{c.fields.root === "yes" && <span class="tag brass">{t("cause.root")}</span>}</span>
										</li>
									))}
								</ol>
							))}
							{view === "fish" && <Ishikawa items={full.items} problem={problem} />}
						</>
					)}
				</div>
			</Card>
			{dialog && (
				<ItemDialog incident={id} kind="cause" item={dialog.item} initial={dialog.parent ? { parent: dialog.parent } : {}} items={full.items} title={dialog.parent ? t("cause.why") : undefined}
					onClose={() => setDialog(null)} onDone={() => { setDialog(null); reload(); }} />
			)}
		</div>
	);
}
