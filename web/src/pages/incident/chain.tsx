// SPDX-License-Identifier: AGPL-3.0-or-later
import * as adapt from "../../core/adapt.ts";
import { t } from "../../core/i18n.ts";
import { useResource } from "../../core/data.ts";
import type { Graph } from "../../core/types.ts";
import { Card, Empty, ErrorNote, Loading } from "../../ui/basic.tsx";
import { ChainGraph } from "../../ui/pictures.tsx";
import type { TabProps } from "./incident.tsx";

export function ChainTab({ id }: TabProps) {
	const { data, error, reload } = useResource<Graph>(`/api/incidents/${encodeURIComponent(id)}/chain`, {}, ["incidents"], adapt.graph);
	if (error && !data) return <ErrorNote error={error} retry={reload} />;
	if (!data) return <Loading />;
	return (
		<Card title={t("chain.title")}>
			{data.nodes.length < 2 ? <Empty icon="merge" title={t("chain.none")} level={3}><p>{t("chain.none.text")}</p></Empty> : <ChainGraph graph={data} here={id} />}
		</Card>
	);
}
