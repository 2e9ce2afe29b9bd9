// SPDX-License-Identifier: AGPL-3.0-or-later
// A list that is read page by page: the first is kept fresh, the next ones are added on demand.
import { useEffect, useRef, useState } from "preact/hooks";
import { get, withQuery, type Query } from "./api.ts";
import { useResource, type Resource } from "./data.ts";
import type { Topic } from "./live.ts";

export interface Paged<P, R> { first: Resource<P>; rows: R[]; next: string | undefined; readMore: () => Promise<void>; last: P | undefined }

export function usePaged<P extends { next?: string }, R>(path: string, query: Query, rowsOf: (page: P) => R[], topics: readonly Topic[] = [], adapt?: (raw: unknown) => P): Paged<P, R> {
	const first = useResource<P>(path, query, topics, adapt);
	const [pages, setPages] = useState<P[]>([]);
	const key = withQuery(path, query);
	const asked = useRef(""); // the page that is on its way: a second click asks for no other, and a new list drops it
	useEffect(() => {
		setPages([]);
		asked.current = "";
	}, [key, first.data?.next]);
	const all = first.data ? [first.data, ...pages] : [];
	const last = all[all.length - 1];
	return {
		first, rows: all.flatMap(rowsOf), next: last?.next, last,
		readMore: async () => {
			const wanted = last?.next === undefined ? "" : `${key} ${last.next}`;
			if (wanted === "" || asked.current === wanted) return;
			asked.current = wanted;
			try {
				const page = await get<P>(path, { ...query, after: last!.next });
				if (asked.current === wanted) setPages((before) => [...before, adapt ? adapt(page) : page]);
			} finally {
				if (asked.current === wanted) asked.current = "";
			}
		},
	};
}
