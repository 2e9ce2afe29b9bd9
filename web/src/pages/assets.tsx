// SPDX-License-Identifier: AGPL-3.0-or-later
// Machines: declared or only seen, whose they are, who talks to whom.
import * as adapt from "../core/adapt.ts";
import { useMemo, useState } from "preact/hooks";
import { send } from "../core/api.ts";
import { number, t, tOr } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { usePaged } from "../core/paged.ts";
import { go, href, setQuery, type Place } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { AlertRow, Asset, MapLink, MapNode } from "../core/types.ts";
import { placeMap } from "../pure/force.ts";
import { Card, Empty, ErrorNote, Facts, Loading, Page, Severity, Time } from "../ui/basic.tsx";
import { Dialog, say } from "../ui/feedback.tsx";
import { AreaField, SelectField, TextField } from "../ui/form.tsx";
import { Icon } from "../ui/icons.tsx";
import { changes, useFieldErrors } from "../ui/item.tsx";
import { MoreRows, useLines } from "../ui/list.tsx";
import { short } from "../ui/pictures.tsx";
import { SearchBox } from "../ui/search.tsx";

interface AssetPage_ { assets: Asset[]; next?: string; total?: number }
const KINDS = ["workstation", "server", "printer", "phone", "camera", "router", "switch", "controller", "other"];
const DIFFERENCES = ["unknown", "never-seen", "service-unknown", "service-silent"] as const;

/** Declared, seen, and where the two differ. */
function Known({ asset }: { asset: Asset }) {
	return (
		<>
			{asset.declared ? <span class="tag good">{t("assets.declared")}</span> : asset.differences.length === 0 && <span class="tag">{t("assets.seen")}</span>}
			{asset.differences.map((d) => <span key={d} class="tag warn">{tOr(`asset.difference.${d}`, d)}</span>)}
		</>
	);
}

function HostMap() {
	const { can } = useSession();
	const { data, error, reload } = useResource<{ nodes: MapNode[]; links: MapLink[] }>("/api/map", {}, ["assets", "alerts"], adapt.map);
	const [near, setNear] = useState<string | null>(null);
	const width = 1000;
	const height = 560;
	const spots = useMemo(() => (data ? placeMap(data.nodes, data.links, width, height) : []), [data]);
	if (error && !data) return <ErrorNote error={error} retry={reload} />;
	if (!data) return <Loading />;
	if (data.nodes.length === 0) return <Empty icon="assets" title={t("assets.none")}><p>{t("assets.none.text")}</p></Empty>;
	const at = new Map(spots.map((s) => [s.node.id, s]));
	const links = data.links.filter((l) => at.has(l.source) && at.has(l.target));
	const most = Math.max(1, ...links.map((l) => l.weight));
	const touches = (id: string) => near === null || id === near || links.some((l) => (l.source === near && l.target === id) || (l.target === near && l.source === id));
	const heaviest = [...links].sort((a, b) => b.weight - a.weight).slice(0, 30);
	const name = new Map(data.nodes.map((n) => [n.id, n.label]));
	return (
		<Card title={t("map.title")}>
			<div class="stack">
				<ul class="legend small">
					<li><svg viewBox="0 0 10 10" aria-hidden="true"><g class="map-node"><circle cx="5" cy="5" r="4" /></g></svg>{t("map.inside")}</li>
					<li><svg viewBox="0 0 10 10" aria-hidden="true"><g class="map-node alerted"><circle cx="5" cy="5" r="4" /></g></svg>{t("map.alerted")}</li>
					<li><svg viewBox="0 0 10 10" aria-hidden="true"><g class="map-node outside"><circle cx="5" cy="5" r="4" /></g></svg>{t("map.outside")}</li>
				</ul>
				<div class="svg-scroll" tabIndex={0} role="group" aria-label={t("map.title")}>
					<svg class="host-map" viewBox={`0 0 ${width} ${height}`} aria-hidden="true" onMouseLeave={() => setNear(null)}>
						{links.map((l) => {
							const a = at.get(l.source)!;
							const b = at.get(l.target)!;
							const faint = near !== null && l.source !== near && l.target !== near;
							return <line key={`${l.source} ${l.target}`} class={`map-link sev${l.severity} ${faint ? "faint" : ""}`} x1={a.x} y1={a.y} x2={b.x} y2={b.y} stroke-width={1 + 4 * Math.sqrt(l.weight / most)} />;
						})}
						{spots.map((s) => (
							<g key={s.node.id} class={`map-node ${s.node.alerts > 0 && s.node.inside ? "alerted" : s.node.inside ? "" : "outside"} ${touches(s.node.id) ? "" : "faint"}`}
								onMouseEnter={() => setNear(s.node.id)} onClick={() => (s.node.id.startsWith("AST-") ? go(["assets", s.node.id]) : can("event.read") && go(["events"], { q: s.node.label }))}>
								<title>{s.node.label}</title>
								<circle cx={s.x} cy={s.y} r={s.r} />
								{(s.r > 8 || s.node.alerts > 0 || (near !== null && touches(s.node.id)) || spots.length < 40) && <text x={s.x + s.r + 3} y={s.y + 4}>{short(s.node.label, 22)}</text>}
							</g>
						))}
					</svg>
				</div>
				{data.nodes.length > spots.length && <p class="small muted">{t("map.some", { n: spots.length, all: data.nodes.length })}</p>}
				<details>
					<summary>{t("map.list")}</summary>
					<table class="fold">
						<thead><tr><th scope="col">{t("chain.from")}</th><th scope="col">{t("chain.to")}</th><th scope="col">{t("incidents.severity")}</th><th scope="col" class="right">{t("nav.alerts")}</th></tr></thead>
						<tbody>
							{heaviest.map((l) => (
								<tr key={`${l.source} ${l.target}`}><td class="main"><span class="break">{name.get(l.source) ?? l.source}</span></td><td data-label={t("chain.to")}><span class="break">{name.get(l.target) ?? l.target}</span></td>
									<td data-label={t("incidents.severity")}>{l.severity ? <Severity value={l.severity} /> : ""}</td><td class="right num" data-label={t("nav.alerts")}>{number(l.alerts)}</td></tr>
							))}
						</tbody>
					</table>
				</details>
			</div>
		</Card>
	);
}

function AssetList({ place }: { place: Place }) {
	const q = place.query;
	const query = { q: q.q, difference: q.difference, limit: 50 };
	const list = usePaged<AssetPage_, Asset>("/api/assets", query, (p) => p.assets, ["assets"], adapt.assets);
	const { data, error, reload } = list.first;
	const lines = useLines(list.rows.length, JSON.stringify(query), (at) => go(["assets", list.rows[at]!.id]));
	return (
		<Card pad={false}>
			<div class="filters">
				<div class="field wide"><SearchBox label={t("assets.q")} value={q.q ?? ""} onValue={(value) => setQuery(place, { q: value })} /></div>
				<SelectField label={t("assets.difference")} value={q.difference ?? ""} empty={t("incidents.any")} options={DIFFERENCES.map((d) => ({ value: d, label: t(`asset.difference.${d}`) }))} onValue={(difference) => setQuery(place, { difference })} />
			</div>
			{error && <div class="pad"><ErrorNote error={error} retry={reload} /></div>}
			{!data && !error && <Loading />}
			{data && list.rows.length === 0 && <Empty icon="assets" title={t(q.q || q.difference ? "assets.none.fits" : "assets.none")}><p>{t("assets.none.text")}</p></Empty>}
			{list.rows.length > 0 && (
				<>
					<table class="fold wide">
						<caption class="sr">{t("nav.assets")}</caption>
						<thead><tr><th scope="col">{t("assets.name")}</th><th scope="col">{t("assets.addresses")}</th><th scope="col">{t("assets.kind")}</th><th scope="col">{t("assets.owner")}</th><th scope="col">{t("assets.known")}</th><th scope="col" class="right">{t("nav.incidents")}</th><th scope="col">{t("assets.last")}</th></tr></thead>
						<tbody ref={lines.body}>
							{list.rows.map((a, i) => (
								<tr key={a.id} class={`link ${i === lines.chosen ? "at" : ""}`} aria-current={i === lines.chosen ? "true" : undefined} onClick={() => lines.setAt(i)}>
									<td class="main"><a href={href(["assets", a.id])} onFocus={() => lines.setAt(i)}>{a.name || a.addresses[0] || a.id}</a></td>
									<td data-label={t("assets.addresses")}><span class="break num">{a.addresses.slice(0, 3).join(", ")}{a.addresses.length > 3 ? "…" : ""}</span></td>
									<td data-label={t("assets.kind")}>{a.kind ? <span class="break">{tOr(`asset.kind.${a.kind}`, a.kind)}</span> : ""}</td>
									<td data-label={t("assets.owner")}>{a.owner ? <span class="break">{a.owner}</span> : ""}</td>
									<td data-label={t("assets.known")}><span class="chips"><Known asset={a} /></span></td>
									<td class="right num" data-label={t("nav.incidents")}>{a.incidents > 0 ? <strong class="bad">{number(a.incidents)}</strong> : "0"}</td>
									<td data-label={t("assets.last")}><Time iso={a.last} style="list" /></td>
								</tr>
							))}
						</tbody>
					</table>
					<MoreRows shown={list.rows.length} total={data?.total} next={list.next} onMore={list.readMore} />
				</>
			)}
		</Card>
	);
}

export function AssetsPage({ place }: { place: Place }) {
	const map = place.query.view === "map";
	return (
		<Page title={t("nav.assets")} name="assets" lead={t("assets.lead")}>
			<nav class="chips" aria-label={t("assets.view")}>
				<a class="chip" href={href(["assets"])} aria-current={map ? undefined : "true"}>{t("assets.view.list")}</a>
				<a class="chip" href={href(["assets"], { view: "map" })} aria-current={map ? "true" : undefined}>{t("assets.view.map")}</a>
			</nav>
			{map ? <HostMap /> : <AssetList place={place} />}
		</Page>
	);
}

const TEXTS = ["name", "owner", "location", "system", "vendor", "model", "serial"] as const;
const WORDS_OF_VALUE: Record<string, string> = { "1": "minor", "2": "significant", "3": "serious", "4": "critical" };

function AssetDialog({ asset, onClose, onDone }: { asset: Asset; onClose: () => void; onDone: () => void }) {
	const before: Record<string, string> = {
		...Object.fromEntries(TEXTS.map((name) => [name, asset[name]])), kind: asset.kind, value: WORDS_OF_VALUE[asset.value] ?? "", note: asset.note, declared: asset.declared ? "yes" : "no",
	};
	const [values, setValues] = useState(before);
	const wrong = useFieldErrors();
	const set = (name: string) => (value: string) => setValues((v) => ({ ...v, [name]: value }));
	const submit = async (event: Event) => {
		event.preventDefault();
		wrong.clear();
		try {
			await send("PATCH", `/api/assets/${encodeURIComponent(asset.id)}`, changes(before, values));
			say(t("app.saved"));
			onDone();
		} catch (error) {
			wrong.tell(error);
		}
	};
	const kinds = values.kind && !KINDS.includes(values.kind) ? [values.kind, ...KINDS] : KINDS;
	return (
		<Dialog title={t("app.edit")} onClose={onClose} wide>
			<form class="form" onSubmit={submit}>
				{wrong.error.text && !(wrong.error.field in values) && <p class="note bad" role="alert">{wrong.error.text}</p>}
				<div class="form-row">
					{TEXTS.slice(0, 2).map((name) => <TextField key={name} label={t(`assets.${name}`)} name={name} value={values[name] ?? ""} onValue={set(name)} wrong={wrong.of(name)} />)}
					<SelectField label={t("assets.kind")} name="kind" value={values.kind ?? ""} onValue={set("kind")} empty="–" wrong={wrong.of("kind")} options={kinds.map((k) => ({ value: k, label: tOr(`asset.kind.${k}`, k) }))} />
					<SelectField label={t("assets.value")} name="value" value={values.value ?? ""} onValue={set("value")} empty="–" wrong={wrong.of("value")} options={Object.entries(WORDS_OF_VALUE).map(([n, value]) => ({ value, label: tOr(`asset.value.${n}`, value) }))} />
					{TEXTS.slice(2).map((name) => <TextField key={name} label={t(`assets.${name}`)} name={name} value={values[name] ?? ""} onValue={set(name)} wrong={wrong.of(name)} />)}
				</div>
				<AreaField label={t("assets.note")} name="note" value={values.note ?? ""} onValue={set("note")} wrong={wrong.of("note")} />
				<label class="check"><input type="checkbox" name="declared" checked={values.declared === "yes"} onChange={(e) => set("declared")(e.currentTarget.checked ? "yes" : "no")} />{t("assets.declare")}</label>
				<div class="buttons"><button class="primary" type="submit">{t("app.save")}</button><button type="button" onClick={onClose}>{t("app.cancel")}</button></div>
			</form>
		</Dialog>
	);
}

function AssetMerge({ asset, onClose, onDone }: { asset: Asset; onClose: () => void; onDone: () => void }) {
	const [other, setOther] = useState("");
	const [why, setWhy] = useState("");
	const wrong = useFieldErrors();
	const found = useResource<AssetPage_>(other.trim().length > 1 ? "/api/assets" : null, { q: other.trim(), limit: 8 }, [], adapt.assets);
	const merge = async (id: string) => {
		wrong.clear();
		try {
			await send("POST", `/api/assets/${encodeURIComponent(asset.id)}/merge`, { other: id, why });
			say(t("app.saved"));
			onDone();
		} catch (error) {
			wrong.tell(error);
		}
	};
	return (
		<Dialog title={t("assets.merge")} onClose={onClose}>
			<p class="muted">{t("assets.merge.lead")}</p>
			{wrong.error.text && <p class="note bad" role="alert">{wrong.error.text}</p>}
			<TextField label={t("assets.merge.why")} name="why" value={why} onValue={setWhy} required />
			<SearchBox label={t("assets.q")} value={other} onValue={setOther} />
			<div class="stack">{(found.data?.assets ?? []).filter((a) => a.id !== asset.id).map((a) => <button key={a.id} disabled={why.trim() === ""} onClick={() => merge(a.id)}>{a.name || a.addresses[0]} · {a.addresses.slice(0, 2).join(", ")}</button>)}</div>
		</Dialog>
	);
}

export function AssetPage({ place }: { place: Place }) {
	const id = place.path[1] ?? "";
	const { can } = useSession();
	const { data, error, reload } = useResource<{ asset: Asset }>(`/api/assets/${encodeURIComponent(id)}`, {}, ["assets"], adapt.assetFull);
	const address = data?.asset.addresses[0] ?? "";
	const alerts = useResource<{ alerts: AlertRow[] }>(can("alert.read") && address ? "/api/alerts" : null, { q: address, limit: 20 }, ["alerts"], adapt.alerts);
	const [dialog, setDialog] = useState<"edit" | "merge" | null>(null);
	if (error && !data) return <Page title={id}><ErrorNote error={error} retry={reload} /></Page>;
	if (!data) return <Page title={id}><Loading /></Page>;
	const { asset } = data;
	const title = asset.name || address || asset.id;
	const done = () => { setDialog(null); reload(); };
	const mark = (yes: boolean) => (yes ? <Icon name="check" /> : <span aria-hidden="true">–</span>);
	return (
		<Page title={title} name={id} actions={(
			<>
				{can("event.read") && address && <a class="button" href={href(["events"], { q: address })}>{t("alert.events")}</a>}
				{can("incident.read") && <a class="button" href={href(["trace", id])}>{t("trace.go")}</a>}
				{can("asset.write") && <button onClick={() => setDialog("merge")}>{t("assets.merge")}</button>}
				{can("asset.write") && <button class="primary" onClick={() => setDialog("edit")}>{t("app.edit")}</button>}
			</>
		)}>
			<div class="grid-side">
				<div class="stack">
					{can("alert.read") && (
						<Card title={t("nav.alerts")} pad={false}>
							{!alerts.data || alerts.data.alerts.length === 0 ? <p class="pad muted">{t(alerts.loading ? "app.loading" : "assets.quiet")}</p> : (
								<ul class="rows">{alerts.data.alerts.map((a) => <li key={a.id}><a class="line split" href={href(["alerts", a.id])}><span class="stack-s"><span class="title">{a.title}</span><span class="small muted"><Time iso={a.at} /></span></span><Severity value={a.severity} /></a></li>)}</ul>
							)}
						</Card>
					)}
					<Card title={t("assets.services")} pad={false}>
						{asset.services.length === 0 ? <p class="pad muted">{t("assets.services.none")}</p> : (
							<table class="fold">
								<thead><tr><th scope="col">{t("assets.port")}</th><th scope="col">{t("assets.app")}</th><th scope="col">{t("assets.product")}</th><th scope="col">{t("assets.declared")}</th><th scope="col">{t("assets.observed")}</th></tr></thead>
								<tbody>{asset.services.map((s) => (
									<tr key={`${s.transport}${s.port}`}>
										<td class="main num">{s.transport} {s.port}</td><td data-label={t("assets.app")}>{s.app}</td><td data-label={t("assets.product")}><span class="break">{s.product}</span></td>
										<td data-label={t("assets.declared")}>{mark(s.declared)}<span class="sr">{t(s.declared ? "app.yes" : "app.no")}</span></td><td data-label={t("assets.observed")}>{mark(s.seen || s.scanned)}<span class="sr">{t(s.seen || s.scanned ? "app.yes" : "app.no")}</span></td>
									</tr>
								))}</tbody>
							</table>
						)}
					</Card>
				</div>
				<Card title={t("assets.facts")}>
					<Facts rows={[
						[t("assets.known"), <span class="chips"><Known asset={asset} /></span>],
						[t("assets.addresses"), asset.addresses.join("\n")], [t("assets.mac"), asset.mac], [t("assets.kind"), asset.kind ? tOr(`asset.kind.${asset.kind}`, asset.kind) : ""],
						...TEXTS.slice(1).map((name): [string, string] => [t(`assets.${name}`), asset[name]]),
						[t("assets.value"), asset.value ? tOr(`asset.value.${asset.value}`, asset.value) : ""], [t("assets.note"), asset.note], [t("nav.incidents"), asset.incidents > 0 ? number(asset.incidents) : ""],
						[t("alert.first"), asset.first ? <Time iso={asset.first} /> : ""], [t("assets.last"), asset.last ? <Time iso={asset.last} /> : ""],
					]} />
				</Card>
			</div>
			{dialog === "edit" && <AssetDialog asset={asset} onClose={() => setDialog(null)} onDone={done} />}
			{dialog === "merge" && <AssetMerge asset={asset} onClose={() => setDialog(null)} onDone={done} />}
		</Page>
	);
}
