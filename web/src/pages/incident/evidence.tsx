// SPDX-License-Identifier: AGPL-3.0-or-later
// What proves it: digests, where it is kept, who had it in hand.
import { useState } from "preact/hooks";
import { download } from "../../core/api.ts";
import { t } from "../../core/i18n.ts";
import { useSession } from "../../core/session.tsx";
import type { Item } from "../../core/types.ts";
import { Card, Empty, Facts, Time } from "../../ui/basic.tsx";
import { say, sayError } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/icons.tsx";
import { ItemDialog } from "../../ui/item.tsx";
import type { TabProps } from "./incident.tsx";

export function EvidenceTab({ full, id, reload, writes }: TabProps) {
	const { fieldsOf, can } = useSession();
	const [dialog, setDialog] = useState<{ kind: "proof" | "custody"; item?: Item; proof?: string } | null>(null);
	const proofs = full.items.filter((i) => i.kind === "proof");
	const custody = full.items.filter((i) => i.kind === "custody");
	const alerts = can("evidence.read") ? (full.alerts ?? []) : [];
	const pcap = async (alert: string) => {
		try {
			say(t("export.done", { name: await download(`/api/alerts/${encodeURIComponent(alert)}/evidence`) }));
		} catch (error) {
			sayError(error);
		}
	};
	const label = (name: string) => fieldsOf("proof").find((d) => d.name === name)?.label ?? name;
	return (
		<div class="grid-side">
			<div class="stack">
				<Card title={t("incident.tab.evidence")} pad={false} actions={writes && <button class="mini primary" onClick={() => setDialog({ kind: "proof" })}><Icon name="plus" />{t("evidence.add")}</button>}>
					{proofs.length === 0 ? <Empty icon="shield" title={t("evidence.none")} level={3}><p>{t("evidence.none.text")}</p></Empty> : (
						<ul class="rows">
							{proofs.map((p) => {
								const chain = custody.filter((c) => c.fields.proof === p.id).sort((a, b) => (a.fields.when ?? a.at).localeCompare(b.fields.when ?? b.at));
								return (
									<li key={p.id} class="line">
										<span class="row between"><strong class="break">{p.fields.title}</strong><code>{p.id}</code></span>
										<Facts rows={[
											[label("sha256"), p.fields.sha256 && <code class="break">{p.fields.sha256}</code>], [label("place"), p.fields.place], [label("source"), p.fields.source],
											[label("method"), p.fields.method], [label("taken"), p.fields.taken && <Time iso={p.fields.taken} />], [label("taken_by"), p.fields.taken_by],
										]} />
										{chain.length > 0 && (
											<ol class="small stack-s">
												{chain.map((c) => <li key={c.id}><Time iso={c.fields.when ?? c.at} /> : {c.fields.from ?? "–"} → {c.fields.to}{c.fields.why ? ` (${c.fields.why})` : ""}</li>)}
											</ol>
										)}
										{writes && (
											<span class="buttons">
												<button class="mini quiet" onClick={() => setDialog({ kind: "custody", proof: p.id })}>{t("evidence.hand")}<span class="sr"> {p.fields.title}</span></button>
												<button class="mini quiet" onClick={() => setDialog({ kind: "proof", item: p })}>{t("app.edit")}<span class="sr"> {p.fields.title}</span></button>
											</span>
										)}
									</li>
								);
							})}
						</ul>
					)}
				</Card>
			</div>
			{alerts.length > 0 && (
				<Card title={t("evidence.packets")} pad={false}>
					<ul class="rows">
						{alerts.slice(0, 50).map((a) => (
							<li key={a.id} class="line split">
								<span class="stack-s"><span class="break">{a.title}</span><span class="small muted"><Time iso={a.at} /></span></span>
								<button class="mini" onClick={() => pcap(a.id)}><Icon name="down" />{t("evidence.pcap")}<span class="sr"> {a.title} {a.id}</span></button>
							</li>
						))}
					</ul>
				</Card>
			)}
			{dialog && (
				<ItemDialog incident={id} kind={dialog.kind} item={dialog.item} initial={dialog.proof ? { proof: dialog.proof } : {}} items={full.items} onClose={() => setDialog(null)} onDone={() => { setDialog(null); reload(); }} />
			)}
		</div>
	);
}
