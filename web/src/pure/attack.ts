// SPDX-License-Identifier: AGPL-3.0-or-later
// The stages of an attack in their order, for the strip.
export const STAGES = [
	"reconnaissance", "access", "foothold", "credentials", "lateral-movement", "command-and-control", "exfiltration", "impact",
] as const;
export type Stage = (typeof STAGES)[number];

export function isStage(text: string): text is Stage {
	return (STAGES as readonly string[]).includes(text);
}
