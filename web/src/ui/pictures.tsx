// SPDX-License-Identifier: AGPL-3.0-or-later
// What people look at rather than read. Each has its text beside it, for those who do not see it.
import { t, tOr } from "../core/i18n.ts";
import { go, href } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { Graph, Item, Technique } from "../core/types.ts";
import { isStage, STAGES } from "../pure/attack.ts";
import { byFamily, FAMILIES, type Cause } from "../pure/causes.ts";
import { columnOf, condensed } from "../pure/chain.ts";
import { BOX, layered } from "../pure/layers.ts";
import { density } from "../pure/strip.ts";
import { wrap } from "../pure/wrap.ts";

export function short(text: string, most: number): string {
	const letters = [...text];
	return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : text;
}

export function AttackStrip({ techniques }: { techniques: Technique[] }) {
	const other = techniques.filter((x) => !isStage(x.stage ?? ""));
	return (
		<div class="stack-s">
			<ol class="attack" aria-label={t("attack.title")}>
				{STAGES.map((stage) => {
					const here = techniques.filter((x) => x.stage === stage);
					return (
						<li key={stage} class={here.length > 0 ? "on" : ""}>
							<span class="stage">{t(`stage.${stage}`)}</span>
							{here.map((x) => <span key={x.id} title={x.name}><code>{x.id}</code> {x.name}</span>)}
							{here.length === 0 && <span class="sr">{t("attack.nothing")}</span>}
						</li>
					);
				})}
			</ol>
			{other.length > 0 && <p class="small muted">{other.map((x) => `${x.id} ${x.name}`).join(", ")}</p>}
		</div>
	);
}

const PLACE_OF_KIND: Record<string, [string, string]> = { incident: ["incidents", "incident.read"], alert: ["alerts", "alert.read"], asset: ["assets", "asset.read"] };

export function ChainGraph({ graph, here, all }: { graph: Graph; here: string; all: boolean }) {
	const shown = all ? graph : condensed(graph);
	const layout = layered(shown.nodes, shown.links, columnOf);
	const { can } = useSession();
	const placeOf = (kind: string): string | undefined => {
		const [page, right] = PLACE_OF_KIND[kind] ?? [];
		return page && right && can(right) ? page : undefined;
	};
	const nodes = new Map(graph.nodes.map((n) => [n.id, n]));
	const named = (id: string) => {
		const node = nodes.get(id);
		const to = placeOf(node?.kind ?? "");
		return to ? <a href={href([to, id])}>{node?.label}</a> : (node?.label ?? id);
	};
	const width = layout.width + 24;
	const height = layout.height + 24;
	return (
		<div class="stack">
			<div class="svg-scroll" tabIndex={0} role="group" aria-label={t("chain.title")}>
				<svg width={width} height={height} viewBox={`-12 -12 ${width} ${height}`} aria-hidden="true">
					<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="context-stroke" /></marker></defs>
					{layout.links.map(({ link, from, to }, i) => {
						const same = from.x === to.x;
						const leftward = to.x < from.x;
						const x1 = from.x + (leftward ? 0 : BOX.width);
						const x2 = to.x + (leftward || same ? BOX.width : 0);
						const [y1, y2] = [from.y + BOX.height / 2, to.y + BOX.height / 2];
						const bend = same ? 40 : ((x2 - x1) / 2);
						return (
							<g key={i}>
								<path class="chain-link" d={`M${x1} ${y1}C${x1 + bend} ${y1} ${x2 + (same ? bend : -bend)} ${y2} ${x2} ${y2}`} marker-end="url(#arrow)" />
								{layout.links.length < 24 && Math.abs(x2 - x1) < BOX.gapX + 1 && !same && <text class="chain-rel" x={(x1 + x2) / 2} y={(y1 + y2) / 2 - 4} text-anchor="middle">{short(tOr(`relation.${link.relation}`, link.relation), 15)}</text>}
							</g>
						);
					})}
					{layout.nodes.map(({ node, x, y }) => {
						const to = placeOf(node.kind);
						const box = (
							<g class={`chain-node k-${node.kind} ${node.id === here ? "here" : ""}`} transform={`translate(${x} ${y})`}>
								<title>{node.label}</title>
								<rect width={BOX.width} height={BOX.height} rx="7" />
								<text class="kind" x="10" y="17">{tOr(`kind.${node.kind}`, node.kind)} {short(node.id, 16)}</text>
								<text x="10" y="35">{short(node.label, 23)}</text>
							</g>
						);
						return <g key={node.id} class={to ? "chain-go" : ""} onClick={to ? () => go([to, node.id]) : undefined}>{box}</g>;
					})}
				</svg>
			</div>
			<details>
				<summary>{t("chain.list")}</summary>
				<div class="table-wrap">
					<table>
						<thead><tr><th scope="col">{t("chain.from")}</th><th scope="col">{t("chain.relation")}</th><th scope="col">{t("chain.to")}</th></tr></thead>
						<tbody>
							{graph.links.map((l, i) => (
								<tr key={i}><td class="break">{named(l.source)}</td><td>{tOr(`relation.${l.relation}`, l.relation)}</td><td class="break">{named(l.target)}</td></tr>
							))}
						</tbody>
					</table>
				</div>
			</details>
		</div>
	);
}

/** The skeleton of a fish: a bone for each family that has a cause, the problem at the head. */
export function Ishikawa({ items, problem }: { items: Item[]; problem: string }) {
	const { fieldsOf } = useSession();
	const words = fieldsOf("cause").find((f) => f.name === "ishikawa")?.words ?? [];
	const families = byFamily(items);
	const names = [...FAMILIES.filter((f) => f !== "measurement" && f !== "management" || families.has(f)), ...(families.has("") ? [""] : [])];
	const label = (f: string) => (f === "" ? t("cause.family.none") : words.find((w) => w.value === f)?.label ?? f);
	const columns = Math.ceil(names.length / 2);
	const step = 250;
	const lines = new Map(names.map((f) => [f, (families.get(f) ?? []).flatMap((c) => wrap(`${c.fields.root === "yes" ? "★ " : "– "}${c.fields.text ?? ""}`, 26, 2).map((text) => ({ text, whole: c.fields.text ?? "" })))]));
	const most = Math.max(2, ...names.map((f) => lines.get(f)?.length ?? 0));
	const arm = 56 + most * 18;
	const head = wrap(problem, 24, 3);
	const width = columns * step + 290;
	const middle = arm + 24;
	return (
		<div class="svg-scroll" tabIndex={0} role="group" aria-label={t("cause.view.fish")}>
			<svg class="fish-svg" viewBox={`0 0 ${width} ${middle * 2}`} role="img" aria-label={t("cause.view.fish")}>
				<path class="fish" d={`M10 ${middle}H${width - 205}`} />
				<rect class="fish-head" x={width - 205} y={middle - 36} width="200" height="72" rx="8" />
				<text class="fish-text strong" x={width - 193} y={middle + 5 - (head.length - 1) * 9}>{head.map((text, n) => <tspan key={n} x={width - 193} dy={n === 0 ? 0 : 18}>{text}</tspan>)}</text>
				{names.map((f, i) => {
					const up = i % 2 === 0;
					const foot = 230 + Math.floor(i / 2) * step + (up ? 0 : 30);
					const y = up ? 24 : middle * 2 - 24;
					const boneAt = (height: number) => foot - 70 * (Math.abs(middle - height) / Math.abs(middle - y));
					return (
						<g key={f}>
							<path class="fish" d={`M${foot - 70} ${y}L${foot} ${middle}`} />
							<text class="fish-family" x={foot - 70} y={up ? y - 8 : y + 18} text-anchor="middle">{label(f)}</text>
							{(lines.get(f) ?? []).map((line, n) => {
								const at = up ? y + 20 + n * 18 : y - 12 - ((lines.get(f)?.length ?? 1) - 1 - n) * 18;
								return <text key={n} class="fish-text" x={boneAt(at) - 8} y={at} text-anchor="end"><title>{line.whole}</title>{line.text}</text>;
							})}
						</g>
					);
				})}
			</svg>
		</div>
	);
}

export function CauseBranch({ cause, onEdit, onWhy, depth = 0 }: { cause: Cause; onEdit?: ((i: Item) => void) | undefined; onWhy?: ((i: Item) => void) | undefined; depth?: number }) {
	const { fieldsOf } = useSession();
	const f = cause.item.fields;
	const word = (name: string) => fieldsOf("cause").find((d) => d.name === name)?.words?.find((w) => w.value === f[name])?.label;
	return (
		<li class="cause">
			<div class={`cause-box ${f.root === "yes" ? "root" : ""}`}>
				<span class="row between">
					<strong class="break">{f.text}</strong>
					{f.root === "yes" && <span class="tag brass">{t("cause.root")}</span>}
				</span>
				<span class="small muted">{[cause.item.id, word("nature"), word("ishikawa"), f.control && `${t("cause.control")} ${f.control}`, f.proof && `${t("cause.proof")} ${f.proof}`].filter(Boolean).join(" · ")}</span>
				{onEdit && <span class="buttons"><button class="mini quiet" onClick={() => onWhy?.(cause.item)}>{t("cause.why")}<span class="sr"> {f.text}</span></button><button class="mini quiet" onClick={() => onEdit(cause.item)}>{t("app.edit")}<span class="sr"> {f.text}</span></button></span>}
			</div>
			{cause.children.length > 0 && <ul class="bare stack">{cause.children.map((c) => <CauseBranch key={c.item.id} cause={c} onEdit={onEdit} onWhy={onWhy} depth={depth + 1} />)}</ul>}
		</li>
	);
}

export function TimeStrip({ times, label }: { times: string[]; label: string }) {
	const { time } = useSession();
	const { counts, from, to } = density(times, 60);
	if (times.length < 2 || to === from) return null;
	const most = Math.max(1, ...counts);
	return (
		<div class="stack-s">
			<svg class="spark" viewBox="0 0 300 30" preserveAspectRatio="none" role="img" aria-label={label}>
				{counts.map((c, i) => <rect key={i} class={c === 0 ? "zero" : ""} x={i * 5 + 0.5} y={c === 0 ? 29 : 27 - (c / most) * 27} width="4" height={c === 0 ? 1 : 3 + (c / most) * 27} />)}
			</svg>
			<span class="row between small muted"><span>{time(new Date(from).toISOString())}</span><span>{time(new Date(to).toISOString())}</span></span>
		</div>
	);
}
