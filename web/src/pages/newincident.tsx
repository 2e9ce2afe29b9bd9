// SPDX-License-Identifier: AGPL-3.0-or-later
// Five fields, sixty seconds.
import { useState } from "preact/hooks";
import { send } from "../core/api.ts";
import { t } from "../core/i18n.ts";
import { go } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import { Card, Page, Severity } from "../ui/basic.tsx";
import { SelectField, TextField, TimeField } from "../ui/form.tsx";
import { useFieldErrors } from "../ui/item.tsx";

export function NewIncidentPage() {
	const { vocabulary, user } = useSession();
	const [values, setValues] = useState<Record<string, string>>({ severity: "2", seen: new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString().replace(".000Z", "Z"), reporter: user.display });
	const wrong = useFieldErrors();
	const [busy, setBusy] = useState(false);
	const set = (name: string) => (value: string) => setValues((v) => ({ ...v, [name]: value }));
	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		wrong.clear();
		try {
			const answer = await send<{ id: string }>("POST", "/api/incidents", Object.fromEntries(Object.entries(values).filter(([, v]) => v !== "")));
			go(["incidents", answer.id]);
		} catch (error) {
			wrong.tell(error);
			setBusy(false);
		}
	};
	const known = ["title", "category", "severity", "seen", "reporter"];
	return (
		<Page title={t("incident.new")} lead={t("new.lead")}>
			<Card>
				<form class="form narrow" onSubmit={submit}>
					{wrong.error.text && !known.includes(wrong.error.field) && <p class="note bad" role="alert">{wrong.error.text}</p>}
					<TextField label={t("new.title")} name="title" value={values.title ?? ""} onValue={set("title")} wrong={wrong.of("title")} hint={t("new.title.hint")} required autoFocus maxLength={200} />
					<SelectField label={t("incidents.category")} name="category" value={values.category ?? ""} onValue={set("category")} wrong={wrong.of("category")} empty="–" options={vocabulary.categories.map((c) => ({ value: c.code, label: c.label }))} />
					<fieldset class="bare-set">
						<legend class="label">{t("incidents.severity.title")}</legend>
						<div class="row">
							{vocabulary.severities.map((s) => (
								<label key={s.value} class="check chip"><input type="radio" name="severity" value={s.value} checked={values.severity === s.value} onChange={() => set("severity")(s.value)} /><Severity value={s.value} /></label>
							))}
						</div>
					</fieldset>
					<TimeField label={t("new.seen")} name="seen" value={values.seen ?? ""} onValue={set("seen")} wrong={wrong.of("seen")} />
					<TextField label={t("new.reporter")} name="reporter" value={values.reporter ?? ""} onValue={set("reporter")} wrong={wrong.of("reporter")} />
					<div class="buttons"><button class="primary" type="submit" disabled={busy}>{t("incident.new")}</button><a class="button" href="#/incidents">{t("app.cancel")}</a></div>
				</form>
			</Card>
		</Page>
	);
}
