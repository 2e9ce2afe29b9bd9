// SPDX-License-Identifier: AGPL-3.0-or-later
// One incident: its head, and one tab for each thing that people do with it. #/incidents/INC-.../TAB
import * as adapt from "../../core/adapt.ts";
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { send } from "../../core/api.ts";
import { t } from "../../core/i18n.ts";
import { useResource } from "../../core/data.ts";
import { useKeys } from "../../core/keys.ts";
import { href, type Place } from "../../core/router.ts";
import { useSession } from "../../core/session.tsx";
import type { IncidentFull } from "../../core/types.ts";
import { Card, Countdown, ErrorNote, Loading, Page, Severity, StateTag } from "../../ui/basic.tsx";
import { say, sayError } from "../../ui/feedback.tsx";
import { Icon } from "../../ui/icons.tsx";
import { FalsePositiveDialog } from "../incidents.tsx";
import { AfterTab } from "./after.tsx";
import { CausesTab } from "./causes.tsx";
import { ChainTab } from "./chain.tsx";
import { ClocksTab, NoticePage } from "./clocks.tsx";
import { AwareDialog, FieldsDialog, MergeDialog, ReopenDialog, RestrictDialog, SplitDialog, StateDialog } from "./dialogs.tsx";
import { EvidenceTab } from "./evidence.tsx";
import { ExportsTab } from "./exports.tsx";
import { StoryTab } from "./story.tsx";
import { TasksTab } from "./tasks.tsx";
import { TimelineTab } from "./timeline.tsx";

export interface TabProps { full: IncidentFull; id: string; place: Place; reload: () => void; writes: boolean }

const TABS = ["story", "timeline", "tasks", "evidence", "causes", "actions", "clocks", "chain", "documents"] as const;
const PATH = ["new", "qualified", "contained", "eradicated", "recovered", "closed"];

function Steps({ state }: { state: string }) {
	const { stateLabel } = useSession();
	const at = PATH.indexOf(state);
	if (at < 0) return null;
	return (
		<ol class="states" aria-label={t("incident.steps")}>
			{PATH.map((s, i) => <li key={s} class={i < at ? "past" : i === at ? "here" : ""} aria-current={i === at ? "step" : undefined}>{stateLabel(s)}</li>)}
		</ol>
	);
}

export type DialogName = "state" | "edit" | "aware" | "merge" | "split" | "reopen" | "restrict" | "false" | null;

export function IncidentPage({ place }: { place: Place }) {
	const id = place.path[1] ?? "";
	const tab = place.path[2] ?? "story";
	const { user, can, categoryLabel } = useSession();
	const resource = useResource<IncidentFull>(`/api/incidents/${encodeURIComponent(id)}`, {}, ["incidents"], adapt.incident);
	const [dialog, setDialog] = useState<DialogName>(null);
	const full = resource.data;
	const writes = can("incident.write");
	const over = full ? ["closed", "false-positive", "merged"].includes(full.incident.state) : true;
	const own = async () => {
		try {
			await send("PATCH", `/api/incidents/${encodeURIComponent(id)}`, { fields: { owner: user.name } });
			say(t("incidents.owned", { id }));
			resource.reload();
		} catch (error) {
			sayError(error);
		}
	};
	useKeys(writes && full && !over ? { o: own, s: () => setDialog("edit"), f: () => setDialog("false") } : {});
	if (resource.error && !full) return <Page title={id}><ErrorNote error={resource.error} retry={resource.reload} /><div><a class="button" href="#/incidents">{t("nav.incidents")}</a></div></Page>;
	if (!full) return <Page title={id}><Loading /></Page>;
	if (tab === "notice" && place.path[3]) return <NoticePage full={full} id={id} profile={place.path[3]} />;

	const { incident, items } = full;
	const count = (kind: string, open?: (f: Record<string, string>) => boolean) => items.filter((i) => i.kind === kind && (!open || open(i.fields))).length;
	const counts: Record<string, number> = {
		tasks: count("task", (f) => !f.done), evidence: count("proof"), causes: count("cause"), actions: count("action", (f) => f.state !== "closed" && f.state !== "cancelled"),
		clocks: full.clocks.filter((c) => c.due && !c.sent && c.state !== "not-needed").length,
	};
	const tabs = TABS.filter((x) => x !== "documents" || can("report.read"));
	const props: TabProps = { full, id, place, reload: resource.reload, writes: writes && (!over || incident.state === "closed") };
	const due = full.clocks.filter((c) => c.due && !c.sent && c.state !== "not-needed").map((c) => c.due as string).sort()[0];
	const done = () => { setDialog(null); resource.reload(); };
	const title = incident.title || id;
	const body: Record<string, ComponentChildren> = {
		story: <StoryTab {...props} onEdit={() => setDialog("edit")} />, timeline: <TimelineTab {...props} />, tasks: <TasksTab {...props} />, evidence: <EvidenceTab {...props} />,
		causes: <CausesTab {...props} />, actions: <AfterTab {...props} />, clocks: <ClocksTab {...props} onAware={() => setDialog("aware")} />, chain: <ChainTab {...props} />, documents: <ExportsTab {...props} />,
	};
	return (
		<Page title={title} name={`${id} ${tab}`}>
			<Card>
				<div class="stack">
					<div class="row between">
						<div class="row">
							<code>{incident.id}</code>
							<Severity value={incident.severity} />
							<StateTag state={incident.state} />
							{incident.category && <span class="tag">{categoryLabel(incident.category)}</span>}
							{incident.fields.tlp && <span class="tag brass">TLP:{incident.fields.tlp}</span>}
							{incident.fields.exercise === "yes" && <span class="tag accent">{t("incident.exercise")}</span>}
							{incident.restricted_to && incident.restricted_to.length > 0 && <span class="tag"><Icon name="lock" />{t("incident.restricted")}</span>}
							<span class="small muted">{t("incident.owner")} <strong class="break">{incident.owner || t("app.none")}</strong></span>
							{due && <span class="small">{t("incident.deadline")} <Countdown due={due} /></span>}
						</div>
						{writes && (
							<div class="buttons">
								{!over && incident.owner !== user.name && <button class="mini" onClick={own}><Icon name="person" />{t("incident.own")}</button>}
								{!over && <button class="mini" onClick={() => setDialog("edit")}>{t("app.edit")}</button>}
								{!over && <button class="mini primary" onClick={() => setDialog("state")}>{t("incident.next")}</button>}
								{over && incident.state !== "merged" && can("incident.close") && <button class="mini" onClick={() => setDialog("reopen")}>{t("incident.reopen")}</button>}
								<MoreMenu over={over} onChoose={setDialog} />
							</div>
						)}
					</div>
					<Steps state={incident.state} />
				</div>
			</Card>
			{resource.error && <ErrorNote error={resource.error} retry={resource.reload} />}
			<nav class="tabs" aria-label={t("incident.tabs")}>
				{tabs.map((x) => (
					<a key={x} href={href(["incidents", id, x])} aria-current={x === tab ? "page" : undefined}>
						{t(`incident.tab.${x}`)}{(counts[x] ?? 0) > 0 && <span class="tag">{counts[x]}</span>}
					</a>
				))}
			</nav>
			<div>{body[tab] ?? <p>{t("page.missing")}</p>}</div>
			{dialog === "state" && <StateDialog full={full} onClose={() => setDialog(null)} onDone={done} />}
			{dialog === "edit" && <FieldsDialog full={full} onClose={() => setDialog(null)} onDone={done} />}
			{dialog === "aware" && <AwareDialog full={full} onClose={() => setDialog(null)} onDone={done} />}
			{dialog === "merge" && <MergeDialog full={full} onClose={() => setDialog(null)} onDone={done} />}
			{dialog === "split" && <SplitDialog full={full} onClose={() => setDialog(null)} onDone={done} />}
			{dialog === "reopen" && <ReopenDialog full={full} onClose={() => setDialog(null)} onDone={done} />}
			{dialog === "restrict" && <RestrictDialog full={full} onClose={() => setDialog(null)} onDone={done} />}
			{dialog === "false" && <FalsePositiveDialog of={[{ id, title }]} onClose={() => setDialog(null)} onDone={done} />}
		</Page>
	);
}

function MoreMenu({ over, onChoose }: { over: boolean; onChoose: (name: DialogName) => void }) {
	const [open, setOpen] = useState(false);
	const button = useRef<HTMLButtonElement>(null);
	// The focus goes back to the button, which stays, before the menu goes away.
	const close = () => {
		button.current?.focus();
		setOpen(false);
	};
	const choices: [DialogName, string][] = over
		? [["restrict", t("incident.restrict")]]
		: [["aware", t("incident.aware")], ["merge", t("incident.merge")], ["split", t("incident.split")], ["restrict", t("incident.restrict")], ["false", t("incidents.false.title")]];
	return (
		<span class="menu-place" onKeyDown={(e) => { if (e.key === "Escape" && open) close(); }}>
			<button ref={button} class="mini" aria-expanded={open} aria-controls="more-menu" onClick={() => setOpen(!open)}>{t("app.more")}</button>
			{open && (
				<ul id="more-menu" class="menu bare">
					{choices.map(([name, label]) => <li key={name}><button class="quiet" onClick={() => { close(); onChoose(name); }}>{label}</button></li>)}
				</ul>
			)}
		</span>
	);
}
