// SPDX-License-Identifier: AGPL-3.0-or-later
// Every report and export, one click each.
import * as adapt from "../core/adapt.ts";
import { useState } from "preact/hooks";
import { language, t } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { setQuery, type Place } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { DocumentRow, IncidentList } from "../core/types.ts";
import { midnight } from "../pure/time.ts";
import { Card, Empty, ErrorNote, Loading, Page } from "../ui/basic.tsx";
import { FormatButtons } from "../ui/exports.tsx";
import { SelectField, TimeField } from "../ui/form.tsx";

export function DocumentsPage({ place }: { place: Place }) {
	const { can, zone } = useSession();
	const documents = useResource<{ documents: DocumentRow[] }>("/api/documents");
	const incidents = useResource<IncidentList>(can("incident.read") ? "/api/incidents" : null, { limit: 50 }, [], adapt.incidents);
	const [lang, setLang] = useState<string>(language());
	const [open, setOpen] = useState(false);
	const [now] = useState(() => Date.now());
	const id = place.query.id ?? incidents.data?.incidents[0]?.id ?? "";
	const from = place.query.from ?? midnight(now, -30, zone);
	const to = place.query.to ?? midnight(now, 1, zone);
	if (documents.error && !documents.data) return <Page title={t("nav.documents")}><ErrorNote error={documents.error} retry={documents.reload} /></Page>;
	if (!documents.data) return <Page title={t("nav.documents")}><Loading /></Page>;
	const shown = documents.data.documents.filter((d) => !d.right || can(d.right));
	const one = (d: DocumentRow) => (
		<section key={d.kind} class="card doc" aria-label={d.title}>
			<h3>{d.title}</h3>
			<p class="small muted">{d.summary}</p>
			{d.about === "incident" && !id ? <p class="small">{t("documents.choose")}</p> : (
				<FormatButtons title={d.title} formats={d.formats} path={(format) => {
					const path = d.path ?? `/api/reports/${encodeURIComponent(d.kind)}`;
					const exported = path.includes("/export/") || path.includes("{format}");
					return {
						path: path.replace("{id}", encodeURIComponent(id)).replace("{format}", encodeURIComponent(format)),
						query: exported ? {} : { id: d.about === "incident" ? id : undefined, from: d.about === "period" ? from : undefined, to: d.about === "period" ? to : undefined, format, lang, public: open ? "1" : undefined },
					};
				}} />
			)}
		</section>
	);
	const group = (about: string) => shown.filter((d) => d.about === about);
	return (
		<Page title={t("nav.documents")} name="documents" lead={t("documents.lead")}>
			<Card>
				<div class="form-row">
					<SelectField label={t("export.lang")} value={lang} onValue={setLang} options={[{ value: "fr", label: "Français" }, { value: "en", label: "English" }]} />
					<label class="check"><input type="checkbox" checked={open} onChange={(e) => setOpen(e.currentTarget.checked)} />{t("export.public")}</label>
				</div>
			</Card>
			{shown.length === 0 && <Card><Empty icon="documents" title={t("documents.none")} /></Card>}
			{group("period").length > 0 && (
				<section class="stack" aria-labelledby="about-period">
					<h2 id="about-period">{t("documents.period")}</h2>
					<div class="form-row">
						<TimeField label={t("filter.from")} value={from} onValue={(value) => setQuery(place, { from: value })} />
						<TimeField label={t("filter.to")} value={to} onValue={(value) => setQuery(place, { to: value })} />
					</div>
					<div class="grid3">{group("period").map(one)}</div>
				</section>
			)}
			{group("incident").length > 0 && (
				<section class="stack" aria-labelledby="about-incident">
					<h2 id="about-incident">{t("documents.incident")}</h2>
					<div class="form-row">
						<SelectField label={t("documents.which")} value={id} empty="–" onValue={(value) => setQuery(place, { id: value })}
							options={(incidents.data?.incidents ?? []).map((i) => ({ value: i.id, label: `${i.title} · ${i.id}` }))} />
					</div>
					<div class="grid3">{group("incident").map(one)}</div>
				</section>
			)}
			{group("dossier").length > 0 && (
				<section class="stack" aria-labelledby="about-dossier">
					<h2 id="about-dossier">{t("documents.dossier")}</h2>
					<div class="grid3">{group("dossier").map(one)}</div>
				</section>
			)}
		</Page>
	);
}
