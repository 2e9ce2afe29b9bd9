// SPDX-License-Identifier: AGPL-3.0-or-later
// What a page reads: kept while it is read again, so that nothing flickers.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError, get, withQuery, type Query } from "./api.ts";
import { useTopics, type Topic } from "./live.ts";
import { language } from "./i18n.ts";

export interface Resource<T> {
	data: T | undefined;
	error: ApiError | undefined;
	loading: boolean;
	reload: () => void;
	set: (change: (old: T) => T) => void;
}

export function useResource<T>(path: string | null, query: Query = {}, topics: readonly Topic[] = [], adapt?: (raw: unknown) => T): Resource<T> {
	const url = path === null ? null : withQuery(path, query);
	const [state, setState] = useState<{ url: string | null; data?: T | undefined; error?: ApiError | undefined; loading: boolean }>({
		url,
		loading: url !== null,
	});
	const asked = useRef(0);
	const load = useCallback(() => {
		if (url === null) return undefined;
		const number = ++asked.current;
		const stop = new AbortController();
		setState((s) => ({ url, data: s.url === url ? s.data : undefined, error: undefined, loading: true }));
		get<T>(url, {}, stop.signal).then((raw) => (adapt ? adapt(raw) : raw)).then(
			(data) => {
				if (number === asked.current) setState({ url, data, loading: false });
			},
			(error: unknown) => {
				if (number !== asked.current || (error as Error).name === "AbortError") return;
				const told = error instanceof ApiError ? error : new ApiError(-1, "answer", String(error));
				setState((s) => ({ url, data: s.url === url ? s.data : undefined, error: told, loading: false }));
			},
		);
		return () => stop.abort();
	}, [url, language()]);
	useEffect(load, [load]);
	useTopics(topics, load);
	const set = useCallback((change: (old: T) => T) => {
		setState((s) => (s.data === undefined ? s : { ...s, data: change(s.data) }));
	}, []);
	// Between a new address and its first answer the old page's data must not show under the new title.
	const current = state.url === url;
	return { data: current ? state.data : undefined, error: current ? state.error : undefined, loading: current ? state.loading : true, reload: load, set };
}
