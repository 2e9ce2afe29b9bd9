// SPDX-License-Identifier: AGPL-3.0-or-later
// The same record in two voices, and for machines.
import { useState } from "preact/hooks";
import { language, t } from "../../core/i18n.ts";
import { useResource } from "../../core/data.ts";
import { useSession } from "../../core/session.tsx";
import type { DocumentRow } from "../../core/types.ts";
import { Card, ErrorNote, Loading } from "../../ui/basic.tsx";
import { FormatButtons } from "../../ui/exports.tsx";
import { SelectField } from "../../ui/form.tsx";
import type { TabProps } from "./incident.tsx";

export const EXPORTS = ["json", "csv", "stix", "misp", "iodef"] as const;

export function ExportsTab({ id }: TabProps) {
	const { can } = useSession();
	const { data, error, reload } = useResource<{ documents: DocumentRow[] }>("/api/documents");
	const [lang, setLang] = useState<string>(language());
	const [open, setOpen] = useState(false);
	if (error && !data) return <ErrorNote error={error} retry={reload} />;
	if (!data) return <Loading />;
	const reports = data.documents.filter((d) => d.about === "incident" && (!d.right || can(d.right)) && d.kind.startsWith("incident-"));
	return (
		<div class="stack">
			<Card title={t("export.reports")}>
				<div class="form-row">
					<SelectField label={t("export.lang")} value={lang} onValue={setLang} options={[{ value: "fr", label: "Français" }, { value: "en", label: "English" }]} />
					<label class="check"><input type="checkbox" checked={open} onChange={(e) => setOpen(e.currentTarget.checked)} />{t("export.public")}</label>
				</div>
			</Card>
			<div class="grid3">
				{reports.map((d) => (
					<section key={d.kind} class="card doc" aria-label={d.title}>
						<h2>{d.title}</h2>
						<p class="small muted">{d.summary}</p>
						<FormatButtons title={d.title} formats={d.formats} path={(format) => ({ path: `/api/reports/${encodeURIComponent(d.kind)}`, query: { id, format, lang, public: open ? "1" : undefined } })} />
					</section>
				))}
				<section class="card doc" aria-label={t("export.machines")}>
					<h2>{t("export.machines")}</h2>
					<p class="small muted">{t("export.machines.text")}</p>
					<FormatButtons title={t("export.machines")} formats={[...EXPORTS]} path={(format) => ({ path: `/api/incidents/${encodeURIComponent(id)}/export/${format}`, query: {} })} />
				</section>
			</div>
		</div>
	);
}
