// SPDX-License-Identifier: AGPL-3.0-or-later
// Which rules and detectors spoke, and how often: where an exception is worth making, or a look.
import * as adapt from "../core/adapt.ts";
import { number, t } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { href } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import { Card, Empty, ErrorNote, Loading, Page, Severity, Time } from "../ui/basic.tsx";
import { ExceptionButton } from "./exceptions.tsx";

export function RulesPage() {
	const { can } = useSession();
	const { data, error, reload } = useResource("/api/rules", {}, ["alerts"], adapt.rules);
	return (
		<Page title={t("nav.rules")} name="rules" lead={t("rules.lead")}>
			{error && <ErrorNote error={error} retry={reload} />}
			{!data && !error && <Loading />}
			{data && (
				<Card pad={false}>
					{data.length === 0 && <Empty icon="rules" title={t("rules.none")}><p>{t("rules.none.text")}</p></Empty>}
					{data.length > 0 && (
						<table class="fold wide">
							<caption class="sr">{t("nav.rules")}</caption>
							<thead><tr><th scope="col">{t("incidents.severity")}</th><th scope="col">{t("rules.rule")}</th><th scope="col">{t("exceptions.sid")}</th><th scope="col">{t("rules.alerts")}</th><th scope="col">{t("exceptions.hidden")}</th><th scope="col">{t("rules.last")}</th>{can("incident.write") && <th scope="col"><span class="sr">{t("exceptions.from")}</span></th>}</tr></thead>
							<tbody>
								{data.map((r) => (
									<tr key={`${r.detector} ${r.sid}`}>
										<td data-label={t("incidents.severity")}><Severity value={r.severity} /></td>
										<td class="main"><a class="break" href={href(["alerts"], { q: r.detector === "rule" ? r.title : r.detector })}>{r.title}</a></td>
										<td data-label={t("exceptions.sid")}><code>{r.sid}</code></td>
										<td data-label={t("rules.alerts")}>{number(r.alerts)}</td>
										<td data-label={t("exceptions.hidden")}>{number(r.aside)}</td>
										<td data-label={t("rules.last")}>{r.last ? <Time iso={r.last} style="list" /> : "–"}</td>
										{can("incident.write") && <td><ExceptionButton given={{ sid: String(r.sid) }} /></td>}
									</tr>
								))}
							</tbody>
						</table>
					)}
				</Card>
			)}
		</Page>
	);
}
