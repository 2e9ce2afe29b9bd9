// SPDX-License-Identifier: AGPL-3.0-or-later
import { useEffect, useState } from "preact/hooks";
import { send } from "../core/api.ts";
import { number, t } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { useSession } from "../core/session.tsx";
import { Card, ErrorNote, Facts, Loading, Page } from "../ui/basic.tsx";
import { say } from "../ui/feedback.tsx";
import { SelectField, TextField } from "../ui/form.tsx";
import { useFieldErrors } from "../ui/item.tsx";

interface Settings { settings: Record<string, string>; retention?: { kind: string; label: string; days?: number; why?: string }[] }
const TLP = ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"];

export function SettingsPage() {
	const { can, refresh } = useSession();
	const { data, error, reload } = useResource<Settings>("/api/settings", {}, ["settings"]);
	const [values, setValues] = useState<Record<string, string>>({});
	const wrong = useFieldErrors();
	useEffect(() => { if (data) setValues({ ...data.settings }); }, [data]);
	if (error && !data) return <Page title={t("nav.settings")}><ErrorNote error={error} retry={reload} /></Page>;
	if (!data) return <Page title={t("nav.settings")}><Loading /></Page>;
	const set = (name: string) => (value: string) => setValues((v) => ({ ...v, [name]: value }));
	const writes = can("settings.write");
	const submit = async (event: Event) => {
		event.preventDefault();
		wrong.clear();
		try {
			await send("PATCH", "/api/settings", Object.fromEntries(Object.entries(values).filter(([name, value]) => data.settings[name] !== value)));
			say(t("app.saved"));
			reload();
			refresh();
		} catch (e) {
			wrong.tell(e);
		}
	};
	const shown = ["organisation", "language", "zone", "tlp"];
	return (
		<Page title={t("nav.settings")} name="settings">
			<div class="grid-side">
				<div class="stack">
					<Card title={t("settings.organisation")}>
						{writes ? (
							<form class="form narrow" onSubmit={submit}>
								{wrong.error.text && !shown.includes(wrong.error.field) && <p class="note bad" role="alert">{wrong.error.text}</p>}
								<TextField label={t("settings.name")} name="organisation" value={values.organisation ?? ""} onValue={set("organisation")} wrong={wrong.of("organisation")} required />
								<SelectField label={t("settings.language")} name="language" value={values.language ?? ""} onValue={set("language")} wrong={wrong.of("language")} options={[{ value: "fr", label: "Français" }, { value: "en", label: "English" }]} />
								<TextField label={t("settings.zone")} name="zone" value={values.zone ?? ""} onValue={set("zone")} wrong={wrong.of("zone")} hint={t("settings.zone.hint")} required />
								<SelectField label={t("settings.tlp")} name="tlp" value={values.tlp ?? ""} onValue={set("tlp")} wrong={wrong.of("tlp")} options={TLP.map((x) => ({ value: x, label: `TLP:${x}` }))} />
								<div class="buttons"><button class="primary" type="submit">{t("app.save")}</button></div>
							</form>
						) : <Facts rows={[[t("settings.name"), values.organisation], [t("settings.language"), values.language], [t("settings.zone"), values.zone], [t("settings.tlp"), values.tlp]]} />}
					</Card>
				</div>
				{data.retention && data.retention.length > 0 && (
					<Card title={t("settings.retention")} pad={false}>
						<ul class="rows">
							{data.retention.map((r) => (
								<li key={r.kind} class="line"><span class="row between"><strong>{r.label}</strong><span class="num">{r.days ? t("settings.days", { n: r.days }) : "–"}</span></span>{r.why && <span class="small muted">{r.why}</span>}</li>
							))}
						</ul>
						<p class="pad small muted">{t("settings.retention.text", { n: number(data.retention.length) })}</p>
					</Card>
				)}
			</div>
		</Page>
	);
}
