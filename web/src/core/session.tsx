// SPDX-License-Identifier: AGPL-3.0-or-later
// Who is here, what they may do, and the words of their organisation.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { User, Vocabulary } from "./types.ts";
import { formatTime, type TimeStyle } from "../pure/time.ts";
import { language } from "./i18n.ts";

export interface Context {
	user: User;
	vocabulary: Vocabulary;
	refresh: () => void;
	leave: () => void;
}

export const SessionContext = createContext<Context | null>(null);

export function useSession() {
	const context = useContext(SessionContext);
	if (context === null) throw new Error("a page without a session");
	const { user, vocabulary } = context;
	const zone = vocabulary.organisation.zone || "UTC";
	return {
		...context,
		zone,
		can: (right: string) => user.rights.includes(right),
		time: (iso: string | undefined, style?: TimeStyle) => formatTime(iso, zone, language(), style),
		stateLabel: (name: string) => vocabulary.states.find((s) => s.name === name)?.label ?? name,
		severityLabel: (value: string) => vocabulary.severities.find((s) => s.value === value)?.label ?? value,
		categoryLabel: (code: string) => vocabulary.categories.find((c) => c.code === code)?.label ?? code,
		fieldsOf: (kind: string) => vocabulary.kinds.find((k) => k.kind === kind)?.fields ?? [],
		kindLabel: (kind: string) => vocabulary.kinds.find((k) => k.kind === kind)?.label ?? kind,
	};
}
