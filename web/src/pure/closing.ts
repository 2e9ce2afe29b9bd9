// SPDX-License-Identifier: AGPL-3.0-or-later
// What an incident still lacks before it can be closed, and where one mends it. The server decides; this says it beside the place.
import type { Clock, Item } from "../core/types.ts";

export type Lack = { what: "cause" } | { what: "proof" | "action"; name: string } | { what: "clock"; profile: string; step: string };

export function lacks(fields: Record<string, string>, items: readonly Item[], clocks: readonly Clock[]): Lack[] {
	const found: Lack[] = [];
	const roots = items.filter((i) => i.kind === "cause" && i.fields.root === "yes");
	if (roots.length === 0 && !fields.no_cause_why) found.push({ what: "cause" });
	for (const root of roots) {
		const name = root.fields.text ?? root.id;
		if (!root.fields.proof) found.push({ what: "proof", name });
		if (!items.some((i) => i.kind === "action" && i.fields.cause === root.id && i.fields.state !== "cancelled")) found.push({ what: "action", name });
	}
	for (const c of clocks) if ((c.state === "running" || c.state === "late") && !c.sent) found.push({ what: "clock", profile: c.profile, step: c.step_label || c.step });
	return found;
}
