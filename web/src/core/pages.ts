// SPDX-License-Identifier: AGPL-3.0-or-later
// Which pages there are, who may open them, and where each role begins.
import type { IconName } from "../ui/icons.tsx";
import type { Word } from "./i18n.ts";

export interface PageDef { id: string; word: Word; icon: IconName; right: string; group: "now" | "watch" | "council" | "house"; key?: string }

export const pages: readonly PageDef[] = [
	{ id: "today", word: "nav.today", icon: "today", right: "incident.read", group: "now", key: "t" },
	{ id: "incidents", word: "nav.incidents", icon: "incidents", right: "incident.read", group: "now", key: "i" },
	{ id: "clocks", word: "nav.clocks", icon: "clocks", right: "incident.read", group: "now", key: "c" },
	{ id: "alerts", word: "nav.alerts", icon: "alerts", right: "alert.read", group: "watch", key: "a" },
	{ id: "rules", word: "nav.rules", icon: "rules", right: "alert.read", group: "watch" },
	{ id: "exceptions", word: "nav.exceptions", icon: "exceptions", right: "alert.read", group: "watch", key: "x" },
	{ id: "events", word: "nav.events", icon: "events", right: "event.read", group: "watch", key: "e" },
	{ id: "assets", word: "nav.assets", icon: "assets", right: "asset.read", group: "watch", key: "m" },
	{ id: "traffic", word: "nav.traffic", icon: "traffic", right: "event.read", group: "watch", key: "r" },
	{ id: "documents", word: "nav.documents", icon: "documents", right: "report.read", group: "council", key: "d" },
	{ id: "figures", word: "nav.figures", icon: "figures", right: "incident.read", group: "council" },
	{ id: "journal", word: "nav.journal", icon: "journal", right: "journal.read", group: "council", key: "j" },
	{ id: "settings", word: "nav.settings", icon: "settings", right: "settings.read", group: "house" },
	{ id: "users", word: "nav.users", icon: "users", right: "user.admin", group: "house" },
	{ id: "account", word: "nav.account", icon: "account", right: "", group: "house" },
];

const FIRST: Record<string, readonly string[]> = {
	technician: ["incidents"], expert: ["incidents"], candidate: ["incidents"], manager: ["today"], dpo: ["clocks"], auditor: ["journal"], admin: ["users"],
};

/** Pages that are reached from others only. */
export const inner: readonly Pick<PageDef, "id" | "right">[] = [{ id: "trace", right: "incident.read" }];

export function mayOpen(page: Pick<PageDef, "right">, rights: readonly string[]): boolean {
	return page.right === "" || rights.includes(page.right);
}

export function firstPage(role: string, rights: readonly string[]): string {
	const wanted = [...(FIRST[role] ?? []), "today"];
	for (const id of [...wanted, ...pages.map((p) => p.id)]) {
		const page = pages.find((p) => p.id === id);
		if (page && mayOpen(page, rights)) return id;
	}
	return "account";
}
