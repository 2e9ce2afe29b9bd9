// SPDX-License-Identifier: AGPL-3.0-or-later
import { Component, render, type ComponentChildren } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import * as adapt from "./core/adapt.ts";
import { ApiError, get, send, setCsrf, whenSessionLost } from "./core/api.ts";
import { onLanguage, setLanguage, t } from "./core/i18n.ts";
import { startLive, stopLive, tell } from "./core/live.ts";
import { firstPage, inner, mayOpen, pages } from "./core/pages.ts";
import { applyTheme, startLanguage } from "./core/prefs.ts";
import { go, linkToken, usePlace, type Place } from "./core/router.ts";
import { SessionContext } from "./core/session.tsx";
import type { Session, User, Vocabulary } from "./core/types.ts";
import { ErrorNote, Loading, Page } from "./ui/basic.tsx";
import { say, Toasts } from "./ui/feedback.tsx";
import { Shell } from "./ui/shell.tsx";
import { FirstPassword, Login, Start } from "./pages/gate.tsx";
import { route } from "./pages/routes.tsx";

class Boundary extends Component<{ children: ComponentChildren; place: string }, { failed: string }> {
	override state = { failed: "" };
	static override getDerivedStateFromError(): { failed: string } {
		return { failed: location.hash };
	}
	override componentDidUpdate(before: { place: string }): void {
		if (this.state.failed !== "" && before.place !== this.props.place) this.setState({ failed: "" });
	}
	override render() {
		if (this.state.failed === "") return this.props.children;
		return (
			<div class="note bad" role="alert">
				<p>{t("error.page")}</p>
				<div><button onClick={() => location.reload()}>{t("error.reload")}</button></div>
			</div>
		);
	}
}

function Refused({ user, right, vocabulary }: { user: User; right: string; vocabulary: Vocabulary }) {
	const role = vocabulary.roles.find((r) => r.name === user.role)?.label ?? user.role;
	return (
		<Page title={t("page.refused")}>
			<div class="note warn">
				<p>{t("page.refused.text", { role, right })}</p>
				<div><a class="button" href="#/">{t("page.home")}</a></div>
			</div>
		</Page>
	);
}

function Content({ place, user, vocabulary }: { place: Place; user: User; vocabulary: Vocabulary }) {
	const id = place.path[0] ?? "";
	const page = [...pages, ...inner].find((p) => p.id === id);
	if (id === "") {
		// The address of the first page replaces the empty one.
		return <Redirect to={firstPage(user.role, user.rights)} />;
	}
	if (page && !mayOpen(page, user.rights)) return <Refused user={user} right={page.right} vocabulary={vocabulary} />;
	const shown = route(place);
	if (!page || shown === null)
		return (
			<Page title={t("page.missing")}>
				<p>{t("page.missing.text")}</p>
				<div><a class="button" href="#/">{t("page.home")}</a></div>
			</Page>
		);
	return shown;
}

function Redirect({ to }: { to: string }) {
	useEffect(() => go([to], {}, "replace"), [to]);
	return <Loading />;
}

function App() {
	const place = usePlace();
	const [, redraw] = useState(0);
	const [session, setSession] = useState<Session | null | undefined>(undefined);
	const [vocabulary, setVocabulary] = useState<Vocabulary | null>(null);
	const [failed, setFailed] = useState<unknown>(null);

	const enter = useCallback((next: Session | null) => {
		if (next) {
			setCsrf(next.csrf);
			setLanguage(startLanguage(next.user.language));
			if (linkToken(location.hash) !== "") go([], {}, "replace");
		} else {
			setVocabulary(null);
			stopLive();
		}
		setSession(next);
	}, []);
	const ask = useCallback(() => {
		setFailed(null);
		get("/api/session").then((raw) => enter(adapt.session(raw)), (error: unknown) => {
			if (error instanceof ApiError && error.status === 401) enter(null);
			else setFailed(error);
		});
	}, []);
	const read = useCallback(() => {
		get("/api/vocabulary").then((raw) => setVocabulary(adapt.vocabulary(raw)), setFailed);
	}, []);
	const refresh = useCallback(() => {
		ask();
		read();
	}, []);
	useEffect(ask, []);
	useEffect(() => onLanguage(() => {
		redraw((n) => n + 1);
		tell(["incidents", "alerts", "health", "assets", "settings"]);
	}), []);
	useEffect(() => whenSessionLost(() => {
		enter(null);
		say(t("error.401"), true);
	}), []);
	const in_ = session?.user.mustSetPassword ? undefined : session?.user.name;
	const lang = document.documentElement.lang;
	useEffect(() => { if (in_) read(); }, [in_, lang]);
	useEffect(() => { if (in_) startLive(); }, [in_]);
	const leave = useCallback(() => {
		send("DELETE", "/api/session").catch(() => {}).then(() => {
			enter(null);
			go([], {}, "replace");
		});
	}, []);

	let body;
	if (failed) body = <main><ErrorNote error={failed} retry={refresh} /></main>;
	else if (session === undefined) body = <main><Loading /></main>;
	else if (session === null) body = linkToken(location.hash) !== "" ? <Start token={linkToken(location.hash)} onIn={ask} /> : <Login onIn={ask} />;
	else if (session.user.mustSetPassword) body = <FirstPassword user={session.user} onIn={ask} />;
	else if (!vocabulary) body = <main><Loading /></main>;
	else
		body = (
			<SessionContext.Provider value={{ user: session.user, vocabulary, refresh, leave }}>
				<Shell>
					<Boundary place={place.path.join("/")}>
						<Content place={place} user={session.user} vocabulary={vocabulary} />
					</Boundary>
				</Shell>
			</SessionContext.Provider>
		);
	return <>{body}<Toasts /></>;
}

setLanguage(startLanguage());
applyTheme();
render(<App />, document.getElementById("app") as HTMLElement);
