// SPDX-License-Identifier: AGPL-3.0-or-later
// From an address to its page.
import type { JSX } from "preact";
import type { Place } from "../core/router.ts";
import { IncidentsPage } from "./incidents.tsx";
import { TodayPage } from "./today.tsx";

export function route(place: Place): JSX.Element | null {
	const [page, id] = place.path;
	switch (page) {
	case "today": return <TodayPage />;
	case "incidents": return id === undefined ? <IncidentsPage place={place} /> : null;
	default: return null;
	}
}
