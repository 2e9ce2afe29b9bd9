// SPDX-License-Identifier: AGPL-3.0-or-later
// My password, my second factor, my tokens, my screen.
import { useState } from "preact/hooks";
import { send } from "../core/api.ts";
import { language, t, tOr, type Language } from "../core/i18n.ts";
import { useResource } from "../core/data.ts";
import { chooseLanguage, chooseShortcuts, chooseTheme, shortcutsOn, theme, type Theme } from "../core/prefs.ts";
import { useSession } from "../core/session.tsx";
import type { Token } from "../core/types.ts";
import { qr } from "../pure/qr.ts";
import { Card, Facts, Page, Time } from "../ui/basic.tsx";
import { Dialog, say, sayError } from "../ui/feedback.tsx";
import { PasswordField, SelectField, TextField, TimeField } from "../ui/form.tsx";
import { useFieldErrors } from "../ui/item.tsx";

function Password() {
	const [old, setOld] = useState("");
	const [next, setNext] = useState("");
	const { refresh } = useSession();
	const wrong = useFieldErrors();
	const submit = async (event: Event) => {
		event.preventDefault();
		wrong.clear();
		try {
			await send("POST", "/api/session/password", { old, new: next });
			setOld("");
			setNext("");
			say(t("account.password.done"));
			refresh(); // other sessions have ended, this one has a new secret
		} catch (error) {
			wrong.tell(error);
		}
	};
	return (
		<Card title={t("account.password")}>
			<form class="form narrow" onSubmit={submit}>
				{wrong.error.text && !["old", "new"].includes(wrong.error.field) && <p class="note bad" role="alert">{wrong.error.text}</p>}
				<PasswordField label={t("account.password.old")} name="old" value={old} onValue={setOld} wrong={wrong.of("old")} autoComplete="current-password" required />
				<PasswordField label={t("account.password.new")} name="new" value={next} onValue={setNext} wrong={wrong.of("new")} hint={t("start.password.hint")} autoComplete="new-password" required />
				<div class="buttons"><button class="primary" type="submit">{t("account.password.go")}</button></div>
			</form>
		</Card>
	);
}

function Qr({ text }: { text: string }) {
	const rows = qr(text);
	if (!rows) return null;
	const size = rows.length + 8;
	const dark = rows.flatMap((row, y) => row.map((on, x) => (on ? `M${x + 4} ${y + 4}h1v1h-1z` : ""))).join("");
	return (
		<svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t("account.totp.qr")} shape-rendering="crispEdges">
			<rect width={size} height={size} fill="#fff" /><path d={dark} fill="#000" />
		</svg>
	);
}

function Totp() {
	const { user, refresh } = useSession();
	const [begun, setBegun] = useState<{ secret: string; uri: string } | null>(null);
	const [code, setCode] = useState("");
	const [recovery, setRecovery] = useState<string[]>([]);
	const wrong = useFieldErrors();
	const act = async (action: "begin" | "confirm" | "remove") => {
		wrong.clear();
		try {
			const answer = await send<{ secret?: string; uri?: string; recovery?: unknown; codes?: unknown }>("POST", "/api/session/totp", action === "begin" ? { action } : { action, code: code.replace(/\s/g, "") });
			if (action === "begin") return setBegun({ secret: answer.secret ?? "", uri: answer.uri ?? "" });
			const codes = answer.recovery ?? answer.codes;
			setRecovery(Array.isArray(codes) ? codes.map(String) : []);
			setBegun(null);
			setCode("");
			say(t(action === "confirm" ? "account.totp.on" : "account.totp.removed"));
			refresh();
		} catch (error) {
			wrong.tell(error);
		}
	};
	const codeField = <TextField label={t("login.totp")} name="code" value={code} onValue={setCode} wrong={wrong.error.text || undefined} inputMode="numeric" autoComplete="one-time-code" class="totp" maxLength={8} required />;
	return (
		<Card title={t("account.totp")}>
			<div class="stack">
				<p class="small muted">{t(user.totp ? "account.totp.is" : "account.totp.lead")}</p>
				{recovery.length > 0 && <div class="note warn"><strong>{t("account.totp.recovery")}</strong><ul class="bare mono">{recovery.map((c) => <li key={c}>{c}</li>)}</ul></div>}
				{!user.totp && !begun && <div><button onClick={() => act("begin")}>{t("account.totp.begin")}</button></div>}
				{begun && (
					<form class="form" onSubmit={(e) => { e.preventDefault(); void act("confirm"); }}>
						<Qr text={begun.uri} />
						<p>{t("account.totp.type")}</p>
						<p><code class="break secret">{begun.secret.replace(/(.{4})/g, "$1 ").trim()}</code></p>
						{begun.uri.startsWith("otpauth://") && <p><a href={begun.uri}>{t("account.totp.link")}</a></p>}
						{codeField}
						<div class="buttons"><button class="primary" type="submit">{t("account.totp.confirm")}</button></div>
					</form>
				)}
				{user.totp && <form class="form" onSubmit={(e) => { e.preventDefault(); void act("remove"); }}>{codeField}<div class="buttons"><button class="danger" type="submit">{t("account.totp.remove")}</button></div></form>}
			</div>
		</Card>
	);
}

function Tokens() {
	const { user } = useSession();
	const { data, reload } = useResource<{ tokens: Token[] }>("/api/tokens");
	const [adding, setAdding] = useState(false);
	const [made, setMade] = useState("");
	const [name, setName] = useState("");
	const [rights, setRights] = useState<string[]>([]);
	const [expires, setExpires] = useState(() => `${new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`);
	const wrong = useFieldErrors();
	const submit = async (event: Event) => {
		event.preventDefault();
		try {
			const answer = await send<{ secret?: string; token?: unknown }>("POST", "/api/tokens", { name, rights, expires });
			setMade(answer.secret ?? String(answer.token ?? ""));
			setAdding(false);
			reload();
		} catch (error) {
			wrong.tell(error);
		}
	};
	const remove = async (token: Token) => {
		try {
			await send("DELETE", `/api/tokens/${encodeURIComponent(token.id)}`);
			reload();
		} catch (error) {
			sayError(error);
		}
	};
	return (
		<Card title={t("account.tokens")} actions={<button class="mini" onClick={() => setAdding(true)}>{t("account.tokens.add")}</button>}>
			<div class="stack">
				<p class="small muted">{t("account.tokens.lead")}</p>
				{made && <div class="note good" role="status"><strong>{t("account.tokens.once")}</strong><code class="break">{made}</code></div>}
				{(data?.tokens ?? []).map((token) => (
					<div key={token.id} class="row between">
						<span class="stack-s grow"><strong class="break">{token.name}</strong><span class="small muted">{token.rights.join(", ")} · {t("account.tokens.until")} <Time iso={token.expires} style="day" /></span></span>
						<button class="mini danger" onClick={() => remove(token)}>{t("account.tokens.remove")}<span class="sr"> {token.name}</span></button>
					</div>
				))}
			</div>
			{adding && (
				<Dialog title={t("account.tokens.add")} onClose={() => setAdding(false)}>
					<form class="form" onSubmit={submit}>
						{wrong.error.text && <p class="note bad" role="alert">{wrong.error.text}</p>}
						<TextField label={t("account.tokens.name")} name="name" value={name} onValue={setName} required />
						<TimeField label={t("account.tokens.until")} name="expires" value={expires} onValue={setExpires} required />
						<fieldset class="bare-set">
							<legend class="label">{t("account.tokens.rights")}</legend>
							{user.rights.map((r) => <label key={r} class="check"><input type="checkbox" checked={rights.includes(r)} onChange={(e) => setRights(e.currentTarget.checked ? [...rights, r] : rights.filter((x) => x !== r))} />{tOr(`right.${r}`, r)}</label>)}
						</fieldset>
						<div class="buttons"><button class="primary" type="submit">{t("account.tokens.add")}</button></div>
					</form>
				</Dialog>
			)}
		</Card>
	);
}

export function AccountPage() {
	const { user, vocabulary, can, leave } = useSession();
	const [chosen, setChosen] = useState<Theme>(theme());
	const [keys, setKeys] = useState(shortcutsOn());
	const role = vocabulary.roles.find((r) => r.name === user.role);
	return (
		<Page title={t("nav.account")} name="account" actions={<button onClick={leave}>{t("nav.leave")}</button>}>
			<div class="grid2">
				<Card title={user.display || user.name}>
					<div class="stack">
						<Facts rows={[[t("login.name"), user.name], [t("users.role"), role?.label ?? user.role]]} />
						<details><summary>{t("account.rights")}</summary><p class="small">{user.rights.map((r) => tOr(`right.${r}`, r)).join(", ")}</p></details>
					</div>
				</Card>
				<Card title={t("account.screen")}>
					<div class="stack">
						<SelectField label={t("language.label")} value={language()} onValue={(v) => chooseLanguage(v as Language)} options={[{ value: "fr", label: "Français" }, { value: "en", label: "English" }]} />
						<SelectField label={t("theme.label")} value={chosen} onValue={(v) => { setChosen(v as Theme); chooseTheme(v as Theme); }} options={(["auto", "light", "dark"] as const).map((x) => ({ value: x, label: t(`theme.${x}`) }))} />
						<label class="check"><input type="checkbox" checked={keys} onChange={(e) => { setKeys(e.currentTarget.checked); chooseShortcuts(e.currentTarget.checked); }} />{t("account.keys")}</label>
					</div>
				</Card>
				<Password />
				<Totp />
				{can("token.own") && <Tokens />}
			</div>
		</Page>
	);
}
