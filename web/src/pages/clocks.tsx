// SPDX-License-Identifier: AGPL-3.0-or-later
// All legal clocks of all incidents: where the data-protection officer begins.
import * as adapt from "../core/adapt.ts";
import { t } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { href, type Place } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { Today } from "../core/types.ts";
import { Card, ErrorNote, Loading, Page } from "../ui/basic.tsx";
import { ClockList } from "../ui/clocks.tsx";

export function ClocksPage({ place }: { place: Place }) {
	const { vocabulary } = useSession();
	const { data, error, reload } = useResource<Today>("/api/today", {}, ["incidents"], adapt.today);
	const only = place.query.profile ?? "";
	if (error && !data) return <Page title={t("nav.clocks")}><ErrorNote error={error} retry={reload} /></Page>;
	if (!data) return <Page title={t("nav.clocks")}><Loading /></Page>;
	const clocks = data.clocks.filter((c) => only === "" || c.profile === only);
	const running = clocks.filter((c) => c.due && !c.sent && c.state !== "not-needed").sort((a, b) => (a.due as string).localeCompare(b.due as string));
	const rest = clocks.filter((c) => !running.includes(c));
	const profiles = vocabulary.clocks.filter((p) => data.clocks.some((c) => c.profile === p.profile));
	return (
		<Page title={t("nav.clocks")} name="clocks" lead={t("clocks.lead")}>
			{profiles.length > 1 && (
				<nav class="chips" aria-label={t("clocks.which")}>
					<a class="chip" href={href(["clocks"])} aria-current={only === "" ? "true" : undefined}>{t("app.all")}</a>
					{profiles.map((p) => <a key={p.profile} class="chip" href={href(["clocks"], { profile: p.profile })} aria-current={only === p.profile ? "true" : undefined}>{p.label}</a>)}
				</nav>
			)}
			<div class="grid-side">
				<div class="stack">
					<Card title={t("clocks.running")} pad={false}><ClockList clocks={running} withIncident /></Card>
					{rest.length > 0 && <Card title={t("clocks.rest")} pad={false}><ClockList clocks={rest} withIncident /></Card>}
				</div>
				<Card title={t("clocks.known")} pad={false}>
					<ul class="rows">
						{vocabulary.clocks.map((p) => (
							<li key={p.profile} class="line">
								<strong>{p.label}</strong>
								{p.applies && <span class="small muted">{t("clocks.when")} {p.applies}</span>}
								<ul class="small">{p.steps.map((s) => <li key={s.step}>{s.label}{s.tell ? ` → ${s.tell}` : ""}{s.law ? ` (${s.law})` : ""}</li>)}</ul>
							</li>
						))}
					</ul>
				</Card>
			</div>
		</Page>
	);
}
