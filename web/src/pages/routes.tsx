// SPDX-License-Identifier: AGPL-3.0-or-later
// From an address to its page.
import type { JSX } from "preact";
import type { Place } from "../core/router.ts";
import { AccountPage } from "./account.tsx";
import { AlertPage, AlertsPage } from "./alerts.tsx";
import { AssetPage, AssetsPage } from "./assets.tsx";
import { ClocksPage } from "./clocks.tsx";
import { DocumentsPage } from "./documents.tsx";
import { EventsPage } from "./events.tsx";
import { ExceptionPage, ExceptionsPage } from "./exceptions.tsx";
import { FiguresPage } from "./figures.tsx";
import { IncidentPage } from "./incident/incident.tsx";
import { IncidentsPage } from "./incidents.tsx";
import { JournalPage } from "./journal.tsx";
import { NewIncidentPage } from "./newincident.tsx";
import { RulesPage } from "./rules.tsx";
import { SettingsPage } from "./settings.tsx";
import { TodayPage } from "./today.tsx";
import { TracePage } from "./trace.tsx";
import { TrafficPage } from "./traffic.tsx";
import { UsersPage } from "./users.tsx";

export function route(place: Place): JSX.Element | null {
	const [page, id] = place.path;
	switch (page) {
	case "today": return <TodayPage />;
	case "incidents":
		if (id === undefined) return <IncidentsPage place={place} />;
		return id === "new" ? <NewIncidentPage /> : <IncidentPage key={id} place={place} />;
	case "clocks": return <ClocksPage place={place} />;
	case "alerts": return id === undefined ? <AlertsPage place={place} /> : <AlertPage key={id} place={place} />;
	case "rules": return <RulesPage />;
	case "exceptions": return id === undefined ? <ExceptionsPage place={place} /> : <ExceptionPage key={id} place={place} />;
	case "events": return <EventsPage place={place} />;
	case "assets": return id === undefined ? <AssetsPage place={place} /> : <AssetPage key={id} place={place} />;
	case "traffic": return <TrafficPage place={place} />;
	case "documents": return <DocumentsPage place={place} />;
	case "figures": return <FiguresPage />;
	case "trace": return id === undefined ? null : <TracePage key={id} place={place} />;
	case "journal": return <JournalPage place={place} />;
	case "settings": return <SettingsPage />;
	case "users": return <UsersPage />;
	case "account": return <AccountPage />;
	default: return null;
	}
}
