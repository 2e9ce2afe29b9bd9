// SPDX-License-Identifier: AGPL-3.0-or-later
// Every state of the pages is in the address, behind the #: #/incidents?state=new&q=ssh
import { useEffect, useState } from "preact/hooks";

export interface Place {
	path: string[];
	query: Record<string, string>;
}

function decode(text: string): string {
	try {
		return decodeURIComponent(text.replace(/\+/g, " "));
	} catch {
		return text; // a % that is no escape
	}
}

export function parsePlace(hash: string): Place {
	const [before = "", after = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
	const query: Record<string, string> = Object.create(null) as Record<string, string>;
	for (const pair of after.split("&")) {
		const [name = "", value = ""] = pair.split(/=(.*)/s);
		if (name !== "") query[decode(name)] = decode(value);
	}
	return { path: before.split("/").filter((p) => p !== "").map(decode), query };
}

/** The secret of a one-time link: #/link/SECRET. */
export function linkToken(hash: string): string {
	return /^#\/?(?:link|start)[/=]([\w-]{8,200})$/.exec(hash)?.[1] ?? "";
}

export function href(path: readonly string[], query: Record<string, string | undefined> = {}): string {
	const pairs = Object.entries(query)
		.filter(([, value]) => value !== undefined && value !== "")
		.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value ?? "")}`);
	return `#/${path.map(encodeURIComponent).join("/")}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
}

export function go(path: readonly string[], query: Record<string, string | undefined> = {}, how: "push" | "replace" = "push"): void {
	const to = href(path, query);
	if (how === "replace") {
		history.replaceState(null, "", to);
		window.dispatchEvent(new HashChangeEvent("hashchange"));
	} else location.hash = to;
}

export function usePlace(): Place {
	const [place, setPlace] = useState(() => parsePlace(location.hash));
	useEffect(() => {
		const changed = () => setPlace(parsePlace(location.hash));
		window.addEventListener("hashchange", changed);
		return () => window.removeEventListener("hashchange", changed);
	}, []);
	return place;
}

/** Changes the query of the page one is on, without a new step in the history. */
export function setQuery(place: Place, changes: Record<string, string | undefined>): void {
	go(place.path, { ...place.query, ...changes }, "replace");
}
