// SPDX-License-Identifier: AGPL-3.0-or-later
// Accounts: each one a person, a role, and what the role may do.
import { useState } from "preact/hooks";
import { send } from "../core/api.ts";
import { t, tOr } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { useSession } from "../core/session.tsx";
import type { Account } from "../core/types.ts";
import { Card, ErrorNote, Loading, Page, Time } from "../ui/basic.tsx";
import { Dialog, say } from "../ui/feedback.tsx";
import { PasswordField, SelectField, TextField } from "../ui/form.tsx";
import { Icon } from "../ui/icons.tsx";
import { useFieldErrors } from "../ui/item.tsx";

function AccountDialog({ account, onClose, onDone }: { account: Account | null; onClose: () => void; onDone: () => void }) {
	const { vocabulary, user } = useSession();
	const [values, setValues] = useState<Record<string, string>>(account ? { display: account.display, role: account.role, password: "" } : { name: "", display: "", role: "technician", password: "" });
	const [active, setActive] = useState(account?.active ?? true);
	const wrong = useFieldErrors();
	const set = (name: string) => (value: string) => setValues((v) => ({ ...v, [name]: value }));
	const submit = async (event: Event) => {
		event.preventDefault();
		wrong.clear();
		const { password = "", ...rest } = values;
		const body = { ...rest, ...(password ? { password } : {}), ...(account ? { active } : {}) };
		try {
			if (account) await send("PATCH", `/api/users/${encodeURIComponent(account.name)}`, body);
			else await send("POST", "/api/users", body);
			say(t("app.saved"));
			onDone();
		} catch (error) {
			wrong.tell(error);
		}
	};
	const role = vocabulary.roles.find((r) => r.name === values.role);
	return (
		<Dialog title={account ? `${t("app.edit")} · ${account.name}` : t("users.add")} onClose={onClose}>
			<form class="form" onSubmit={submit}>
				{wrong.error.text && !["name", "display", "role", "password"].includes(wrong.error.field) && <p class="note bad" role="alert">{wrong.error.text}</p>}
				{!account && <TextField label={t("start.name")} name="name" hint={t("start.name.hint")} value={values.name ?? ""} onValue={set("name")} wrong={wrong.of("name")} required />}
				<TextField label={t("start.display")} name="display" value={values.display ?? ""} onValue={set("display")} wrong={wrong.of("display")} required />
				<SelectField label={t("users.role")} name="role" value={values.role ?? ""} onValue={set("role")} wrong={wrong.of("role")} options={vocabulary.roles.map((r) => ({ value: r.name, label: r.label }))} />
				{role && <p class="small muted">{t("users.may")} {role.rights.map((r) => tOr(`right.${r}`, r)).join(", ")}</p>}
				<PasswordField label={account ? t("users.password.new") : t("start.password")} name="password" hint={t("start.password.hint")} value={values.password ?? ""} onValue={set("password")} wrong={wrong.of("password")} required={!account} autoComplete="new-password" />
				{account && account.name !== user.name && <label class="check"><input type="checkbox" checked={active} onChange={(e) => setActive(e.currentTarget.checked)} />{t("users.active")}</label>}
				<div class="buttons"><button class="primary" type="submit">{t("app.save")}</button><button type="button" onClick={onClose}>{t("app.cancel")}</button></div>
			</form>
		</Dialog>
	);
}

export function UsersPage() {
	const { vocabulary } = useSession();
	const { data, error, reload } = useResource<{ users: Account[] }>("/api/users", {}, ["settings"]);
	const [dialog, setDialog] = useState<Account | "new" | null>(null);
	const roleLabel = (name: string) => vocabulary.roles.find((r) => r.name === name)?.label ?? name;
	return (
		<Page title={t("nav.users")} name="users" lead={t("users.lead")} actions={<button class="primary" onClick={() => setDialog("new")}><Icon name="plus" />{t("users.add")}</button>}>
			{error && <ErrorNote error={error} retry={reload} />}
			{!data && !error && <Loading />}
			{data && (
				<Card pad={false}>
					<table class="fold">
						<caption class="sr">{t("nav.users")}</caption>
						<thead><tr><th scope="col">{t("users.person")}</th><th scope="col">{t("users.role")}</th><th scope="col">{t("users.state")}</th><th scope="col">{t("users.totp")}</th><th scope="col">{t("users.last")}</th><th scope="col"><span class="sr">{t("app.edit")}</span></th></tr></thead>
						<tbody>
							{data.users.map((u) => (
								<tr key={u.name}>
									<td class="main"><span class="stack-s"><strong class="break">{u.display || u.name}</strong><code class="break">{u.name}</code></span></td>
									<td data-label={t("users.role")}>{roleLabel(u.role)}</td>
									<td data-label={t("users.state")}><span class={`tag ${u.active ? "good" : ""}`}>{t(u.active ? "users.on" : "users.off")}</span></td>
									<td data-label={t("users.totp")}>{t(u.totp ? "app.yes" : "app.no")}</td>
									<td data-label={t("users.last")}>{u.last ? <Time iso={u.last} /> : "–"}</td>
									<td><button class="mini" onClick={() => setDialog(u)}>{t("app.edit")}<span class="sr"> {u.name}</span></button></td>
								</tr>
							))}
						</tbody>
					</table>
				</Card>
			)}
			{dialog !== null && <AccountDialog account={dialog === "new" ? null : dialog} onClose={() => setDialog(null)} onDone={() => { setDialog(null); reload(); }} />}
		</Page>
	);
}
