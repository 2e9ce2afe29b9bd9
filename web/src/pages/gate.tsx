// SPDX-License-Identifier: AGPL-3.0-or-later
// Before there is a session: the one-time link, log in, the code.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, send } from "../core/api.ts";
import { language, t } from "../core/i18n.ts";
import { chooseLanguage } from "../core/prefs.ts";
import type { User } from "../core/types.ts";
import { errorText } from "../ui/basic.tsx";
import { PasswordField, TextField } from "../ui/form.tsx";
import { Belfry } from "../ui/icons.tsx";

function Gate({ title, lead, children }: { title: string; lead?: string; children: ComponentChildren }) {
	const heading = useRef<HTMLHeadingElement>(null);
	useEffect(() => {
		document.title = `${title} · ${t("app.name")}`;
		heading.current?.focus();
	}, [title]);
	return (
		<div class="gate">
			<header class="scene">
				<Belfry />
				<p class="name">{t("app.name")}</p>
				<p>{t("login.lead")}</p>
			</header>
			<main>
				<div class="box">
					<h1 ref={heading} tabIndex={-1}>{title}</h1>
					{lead && <p class="muted">{lead}</p>}
					{children}
					<div class="choice" role="group" aria-label={t("language.label")}>
						<button class="mini quiet" lang="fr" aria-pressed={language() === "fr"} onClick={() => chooseLanguage("fr")}>Français</button>
						<button class="mini quiet" lang="en" aria-pressed={language() === "en"} onClick={() => chooseLanguage("en")}>English</button>
					</div>
				</div>
			</main>
		</div>
	);
}

export function Login({ onIn }: { onIn: () => void }) {
	const [name, setName] = useState("");
	const [password, setPassword] = useState("");
	const [totp, setTotp] = useState("");
	const [asksCode, setAsksCode] = useState(false);
	const [wrong, setWrong] = useState("");
	const [busy, setBusy] = useState(false);
	const submit = async (event: Event) => {
		event.preventDefault();
		setBusy(true);
		setWrong("");
		try {
			const code = totp.replace(/\s/g, "");
			await send("POST", "/api/session", asksCode ? { name, password, totp: code } : { name, password });
			onIn();
		} catch (error) {
			const code = error instanceof ApiError ? error.code : "";
			if (code === "totp") {
				setWrong(asksCode ? t("login.wrong.totp") : "");
				setAsksCode(true);
				setTotp("");
			} else setWrong(code === "login" ? t("login.wrong") : errorText(error));
		} finally {
			setBusy(false);
		}
	};
	return (
		<Gate title={t("login.title")} {...(asksCode ? { lead: t("login.totp.lead") } : {})}>
			<form class="form" onSubmit={submit}>
				{wrong && <p class="note bad" role="alert">{wrong}</p>}
				{asksCode ? (
					<TextField label={t("login.totp")} name="totp" value={totp} onValue={setTotp} inputMode="numeric" autoComplete="one-time-code" class="totp" maxLength={32} required autoFocus />
				) : (
					<>
						<TextField label={t("login.name")} name="name" value={name} onValue={setName} autoComplete="username" required />
						<PasswordField label={t("login.password")} name="password" value={password} onValue={setPassword} autoComplete="current-password" required />
					</>
				)}
				<button class="primary" type="submit" disabled={busy}>{t("login.go")}</button>
			</form>
			<p class="small muted">{t("login.help")}</p>
		</Gate>
	);
}

/** Asks the server what the link is for: a first account, or a new password. */
export function Start({ token, onIn }: { token: string; onIn: () => void }) {
	const [kind, setKind] = useState<"asking" | "reset" | "bad">("asking");
	const [password, setPassword] = useState("");
	const [again, setAgain] = useState("");
	const [error, setError] = useState<{ text: string; field: string }>({ text: "", field: "" });
	useEffect(() => {
		send("POST", "/api/session/link", { token }).then(onIn, (e: unknown) => {
			const field = e instanceof ApiError && e.status === 422 ? e.field : "";
			setKind(field === "password" ? "reset" : "bad");
			if (field === "" && e instanceof ApiError && e.status !== 404) setError({ text: errorText(e), field: "" });
		});
	}, [token]);
	const submit = async (event: Event) => {
		event.preventDefault();
		if (password !== again) return setError({ text: t("start.differ"), field: "again" });
		try {
			await send("POST", "/api/session/link", { token, password });
			onIn();
		} catch (e) {
			setError({ text: errorText(e), field: e instanceof ApiError ? e.field : "" });
		}
	};
	const wrong = (field: string) => (error.field === field ? error.text : undefined);
	if (kind === "asking") return <Gate title={t("start.title")} lead={t("app.loading")}>{null}</Gate>;
	if (kind === "bad")
		return (
			<Gate title={t("start.bad")} lead={error.text || t("start.bad.text")}>
				<a class="button" href="#/">{t("login.title")}</a>
			</Gate>
		);
	return (
		<Gate title={t("start.title")} lead={t("start.reset")}>
			<form class="form" onSubmit={submit}>
				{error.text && !["password", "again"].includes(error.field) && <p class="note bad" role="alert">{error.text}</p>}
				<PasswordField label={t("start.password")} name="password" hint={t("start.password.hint")} value={password} onValue={setPassword} autoComplete="new-password" wrong={wrong("password")} required />
				<PasswordField label={t("start.again")} name="again" value={again} onValue={setAgain} autoComplete="new-password" wrong={wrong("again")} required />
				<button class="primary" type="submit">{t("start.go")}</button>
			</form>
		</Gate>
	);
}

/** Whoever came by a one-time link has no password yet. */
export function FirstPassword({ user, onIn }: { user: User; onIn: () => void }) {
	const [password, setPassword] = useState("");
	const [again, setAgain] = useState("");
	const [error, setError] = useState<{ text: string; field: string }>({ text: "", field: "" });
	const submit = async (event: Event) => {
		event.preventDefault();
		if (password !== again) return setError({ text: t("start.differ"), field: "again" });
		try {
			await send("POST", "/api/session/password", { new: password });
			onIn();
		} catch (e) {
			setError({ text: errorText(e), field: e instanceof ApiError ? e.field : "" });
		}
	};
	return (
		<Gate title={t("start.title")} lead={t("start.password.lead", { name: user.name })}>
			<form class="form" onSubmit={submit}>
				{error.text && !["new", "again"].includes(error.field) && <p class="note bad" role="alert">{error.text}</p>}
				<input type="text" name="username" value={user.name} autoComplete="username" readOnly hidden />
				<PasswordField label={t("start.password")} name="new" hint={t("start.password.hint")} value={password} onValue={setPassword} autoComplete="new-password" wrong={error.field === "new" ? error.text : undefined} required />
				<PasswordField label={t("start.again")} name="again" value={again} onValue={setAgain} autoComplete="new-password" wrong={error.field === "again" ? error.text : undefined} required />
				<button class="primary" type="submit">{t("start.go")}</button>
			</form>
		</Gate>
	);
}
