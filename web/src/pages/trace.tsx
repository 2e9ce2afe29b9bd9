// SPDX-License-Identifier: AGPL-3.0-or-later
// The chain around anything: #/trace/ALR-... shows what it came from and what became of it.
import * as adapt from "../core/adapt.ts";
import { t } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { setQuery, type Place } from "../core/router.ts";
import type { Graph } from "../core/types.ts";
import { Card, Empty, ErrorNote, Loading, Page } from "../ui/basic.tsx";
import { ChainGraph } from "../ui/pictures.tsx";

export function TracePage({ place }: { place: Place }) {
	const id = place.path[1] ?? "";
	const { data, error, reload } = useResource<Graph>(`/api/trace/${encodeURIComponent(id)}`, {}, ["incidents"], adapt.graph);
	const all = place.query.all === "1";
	const here = data?.nodes.find((n) => n.id === id);
	const title = t("trace.title", { name: here?.label ?? id });
	if (error && !data) return <Page title={title}><ErrorNote error={error} retry={reload} /></Page>;
	if (!data) return <Page title={title}><Loading /></Page>;
	return (
		<Page title={title} name={`trace ${id}`} lead={id}>
			<Card title={t("chain.title")} actions={<button class="chip" aria-pressed={all} onClick={() => setQuery(place, { all: all ? undefined : "1" })}>{t("chain.all")}</button>}>
				{data.nodes.length < 2 ? <Empty icon="merge" title={t("chain.none")} level={3} /> : <ChainGraph graph={data} here={id} all={all} />}
			</Card>
		</Page>
	);
}
