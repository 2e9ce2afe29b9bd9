// SPDX-License-Identifier: AGPL-3.0-or-later
// Accounts: each one a person, a role, and what the role may do.
import { useState } from "preact/hooks";
import { send } from "../core/api.ts";
import { language, t, tOr } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { useSession } from "../core/session.tsx";
import type { Account } from "../core/types.ts";
import { Card, ErrorNote, Loading, Page, Time } from "../ui/basic.tsx";
import { Dialog, say, sayError } from "../ui/feedback.tsx";
import { SelectField, TextField } from "../ui/form.tsx";
import { Icon } from "../ui/icons.tsx";
import { changes, useFieldErrors } from "../ui/item.tsx";

/** The address that lets somebody in once, to set a password. Shown here, and never again. */
function LinkDialog({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) {
	const address = `${location.origin}/#/link/${secret}`;
	const copy = async () => {
		try {
			await navigator.clipboard.writeText(address);
			say(t("app.copied"));
		} catch (error) {
			sayError(error);
		}
	};
	return (
		<Dialog title={t("users.link")} onClose={onClose} foot={<><button onClick={copy}>{t("app.copy")}</button><button class="primary" onClick={onClose}>{t("app.close")}</button></>}>
			<p>{t("users.link.text", { name })}</p>
			<p><code class="break">{address}</code></p>
		</Dialog>
	);
}

interface Answer { link?: string }

function AccountDialog({ account, onClose, onDone }: { account: Account | null; onClose: () => void; onDone: (name: string, link: string) => void }) {
	const { vocabulary, user } = useSession();
	const before: Record<string, string> = account
		? { display: account.display, role: account.role, language: account.language ?? "fr", active: account.active ? "yes" : "no" }
		: { name: "", display: "", role: "technician", language: language() };
	const [values, setValues] = useState(before);
	const [link, setLink] = useState(false);
	const wrong = useFieldErrors();
	const set = (name: string) => (value: string) => setValues((v) => ({ ...v, [name]: value }));
	const submit = async (event: Event) => {
		event.preventDefault();
		wrong.clear();
		try {
			const body = account ? { ...changes(before, values), ...(link ? { link: "yes" } : {}) } : values;
			const answer = account ? await send<Answer>("PATCH", `/api/users/${encodeURIComponent(account.name)}`, body) : await send<Answer>("POST", "/api/users", body);
			say(t("app.saved"));
			onDone(account?.name ?? values.name ?? "", answer.link ?? "");
		} catch (error) {
			wrong.tell(error);
		}
	};
	const role = vocabulary.roles.find((r) => r.name === values.role);
	return (
		<Dialog title={account ? `${t("app.edit")} · ${account.name}` : t("users.add")} onClose={onClose}>
			<form class="form" onSubmit={submit}>
				{wrong.error.text && !["name", "display", "role", "language"].includes(wrong.error.field) && <p class="note bad" role="alert">{wrong.error.text}</p>}
				{!account && <TextField label={t("start.name")} name="name" hint={t("start.name.hint")} value={values.name ?? ""} onValue={set("name")} wrong={wrong.of("name")} required />}
				<TextField label={t("start.display")} name="display" value={values.display ?? ""} onValue={set("display")} wrong={wrong.of("display")} required />
				<SelectField label={t("users.role")} name="role" value={values.role ?? ""} onValue={set("role")} wrong={wrong.of("role")} options={vocabulary.roles.map((r) => ({ value: r.name, label: r.label }))} />
				{role && <p class="small muted">{role.tells ? `${role.tells}. ` : ""}{t("users.may")} {role.rights.map((r) => tOr(`right.${r}`, r)).join(", ")}</p>}
				<SelectField label={t("language.label")} name="language" value={values.language ?? ""} onValue={set("language")} wrong={wrong.of("language")} options={[{ value: "fr", label: "Français" }, { value: "en", label: "English" }]} />
				{account && <label class="check"><input type="checkbox" name="link" checked={link} onChange={(e) => setLink(e.currentTarget.checked)} />{t("users.link.make")}</label>}
				{account && account.name !== user.name && <label class="check"><input type="checkbox" name="active" checked={values.active === "yes"} onChange={(e) => set("active")(e.currentTarget.checked ? "yes" : "no")} />{t("users.active")}</label>}
				{account?.totp && account.name !== user.name && <label class="check"><input type="checkbox" name="totp" checked={values.totp === "no"} onChange={(e) => set("totp")(e.currentTarget.checked ? "no" : "")} />{t("users.totp.drop")}</label>}
				<div class="buttons"><button class="primary" type="submit">{t("app.save")}</button><button type="button" onClick={onClose}>{t("app.cancel")}</button></div>
			</form>
		</Dialog>
	);
}

export function UsersPage() {
	const { vocabulary } = useSession();
	const { data, error, reload } = useResource<{ users: Account[] }>("/api/users", {}, ["settings"]);
	const [dialog, setDialog] = useState<Account | "new" | null>(null);
	const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
	const roleLabel = (name: string) => vocabulary.roles.find((r) => r.name === name)?.label ?? name;
	return (
		<Page title={t("nav.users")} name="users" lead={t("users.lead")} actions={<button class="primary" onClick={() => setDialog("new")}><Icon name="plus" />{t("users.add")}</button>}>
			{error && <ErrorNote error={error} retry={reload} />}
			{!data && !error && <Loading />}
			{data && (
				<Card pad={false}>
					<table class="fold wide">
						<caption class="sr">{t("nav.users")}</caption>
						<thead><tr><th scope="col">{t("users.person")}</th><th scope="col">{t("users.role")}</th><th scope="col">{t("users.state")}</th><th scope="col">{t("users.totp")}</th><th scope="col">{t("users.last")}</th><th scope="col"><span class="sr">{t("app.edit")}</span></th></tr></thead>
						<tbody>
							{data.users.map((u) => (
								<tr key={u.name}>
									<td class="main"><span class="stack-s"><strong class="break">{u.display || u.name}</strong><code class="break">{u.name}</code></span></td>
									<td data-label={t("users.role")}>{roleLabel(u.role)}</td>
									<td data-label={t("users.state")}><span class={`tag ${u.active ? "good" : ""}`}>{t(!u.active ? "users.off" : u.password === false ? "users.waits" : "users.on")}</span></td>
									<td data-label={t("users.totp")}>{t(u.totp ? "app.yes" : "app.no")}</td>
									<td data-label={t("users.last")}>{u.last ? <Time iso={u.last} /> : "–"}</td>
									<td><button class="mini" onClick={() => setDialog(u)}>{t("app.edit")}<span class="sr"> {u.name}</span></button></td>
								</tr>
							))}
						</tbody>
					</table>
				</Card>
			)}
			{dialog !== null && <AccountDialog account={dialog === "new" ? null : dialog} onClose={() => setDialog(null)} onDone={(name, secret) => { setDialog(null); setMade(secret ? { name, secret } : null); reload(); }} />}
			{made && <LinkDialog name={made.name} secret={made.secret} onClose={() => setMade(null)} />}
		</Page>
	);
}
