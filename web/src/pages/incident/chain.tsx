// SPDX-License-Identifier: AGPL-3.0-or-later
import * as adapt from "../../core/adapt.ts";
import { t } from "../../core/i18n.ts";
import { useResource } from "../../core/data.ts";
import { setQuery } from "../../core/router.ts";
import type { Graph } from "../../core/types.ts";
import { Card, Empty, ErrorNote, Loading } from "../../ui/basic.tsx";
import { ChainGraph } from "../../ui/pictures.tsx";
import type { TabProps } from "./incident.tsx";

export function ChainTab({ full, id, place }: TabProps) {
	const { data, error, reload } = useResource<Graph>(`/api/incidents/${encodeURIComponent(id)}/chain`, {}, ["incidents"], adapt.graph);
	if (error && !data) return <ErrorNote error={error} retry={reload} />;
	if (!data) return <Loading />;
	const graph = {
		links: data.links,
		// What the server has no name for, and what this page knows by a better one.
		nodes: data.nodes.map((n) => (n.id === id ? { ...n, label: full.incident.title } : n.kind === "evidence" && /^\d+$/.test(n.label) ? { ...n, label: t("sensor.packets", { n: Number(n.label) }) } : n)),
	};
	const all = place.query.all === "1";
	return (
		<Card title={t("chain.title")} actions={<button class="chip" aria-pressed={all} onClick={() => setQuery(place, { all: all ? undefined : "1" })}>{t("chain.all")}</button>}>
			{data.nodes.length < 2 ? <Empty icon="merge" title={t("chain.none")} level={3}><p>{t("chain.none.text")}</p></Empty> : <ChainGraph graph={graph} here={id} all={all} />}
		</Card>
	);
}
