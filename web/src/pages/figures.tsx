// SPDX-License-Identifier: AGPL-3.0-or-later
// How long it takes to notice and to repair, and what comes back: by category, cause and version.
import * as adapt from "../core/adapt.ts";
import { language, number, t } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { useSession } from "../core/session.tsx";
import { formatSpan } from "../pure/time.ts";
import { Card, Empty, ErrorNote, Loading, Meter, Page } from "../ui/basic.tsx";

const BY = ["category", "cause", "version"] as const;

function span(seconds: number | null): string {
	return seconds === null ? "–" : formatSpan(seconds * 1000, language());
}

export function FiguresPage() {
	const { categoryLabel, fieldsOf } = useSession();
	const { data, error, reload } = useResource<{ groups: adapt.Group[] }>("/api/statistics", {}, ["incidents"], adapt.statistics);
	if (error && !data) return <Page title={t("nav.figures")}><ErrorNote error={error} retry={reload} /></Page>;
	if (!data) return <Page title={t("nav.figures")}><Loading /></Page>;
	const all = data.groups.find((g) => g.by === "all");
	const families = fieldsOf("cause").find((f) => f.name === "ishikawa")?.words ?? [];
	const named = (group: adapt.Group) =>
		group.by === "category" ? categoryLabel(group.name) : group.by === "cause" ? (families.find((w) => w.value === group.name)?.label ?? group.name) : group.name;
	if (!all || all.incidents === 0)
		return <Page title={t("nav.figures")} name="figures"><Card><Empty icon="figures" title={t("figures.none")}><p>{t("figures.none.text")}</p></Empty></Card></Page>;
	const most = Math.max(1, ...data.groups.filter((g) => g.by !== "all").map((g) => g.incidents));
	return (
		<Page title={t("nav.figures")} name="figures" lead={t("figures.lead")}>
			<div class="figures">
				<div class="card figure"><span class="value">{number(all.incidents)}</span><span class="name">{t("figures.incidents")}</span></div>
				<div class="card figure"><span class="value">{number(all.open)}</span><span class="name">{t("figures.open")}</span></div>
				<div class="card figure"><span class="value">{span(all.detect)}</span><span class="name">{t("figures.detect")}</span></div>
				<div class="card figure"><span class="value">{span(all.repair)}</span><span class="name">{t("figures.repair")}</span></div>
			</div>
			{BY.map((by) => {
				const groups = data.groups.filter((g) => g.by === by).sort((a, b) => b.incidents - a.incidents);
				return groups.length > 0 && (
					<Card key={by} title={t(`figures.by.${by}`)} pad={false}>
						<table class="fold wide">
							<caption class="sr">{t(`figures.by.${by}`)}</caption>
							<thead><tr><th scope="col">{t("figures.what")}</th><th scope="col">{t("figures.share")}</th><th scope="col" class="right">{t("figures.incidents")}</th><th scope="col" class="right">{t("figures.open")}</th><th scope="col" class="right">{t("figures.detect")}</th><th scope="col" class="right">{t("figures.repair")}</th></tr></thead>
							<tbody>
								{groups.map((g) => (
									<tr key={g.name}>
										<td class="main"><span class="break">{named(g)}</span></td>
										<td class="share wide-only"><Meter part={g.incidents / most} label={`${named(g)}: ${number(g.incidents)}`} /></td>
										<td class="right num" data-label={t("figures.incidents")}>{number(g.incidents)}</td><td class="right num" data-label={t("figures.open")}>{number(g.open)}</td>
										<td class="right num" data-label={t("figures.detect")}>{span(g.detect)}</td><td class="right num" data-label={t("figures.repair")}>{span(g.repair)}</td>
									</tr>
								))}
							</tbody>
						</table>
					</Card>
				);
			})}
			<p class="small muted">{t("figures.how")}</p>
		</Page>
	);
}
