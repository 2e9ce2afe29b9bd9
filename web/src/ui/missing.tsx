// SPDX-License-Identifier: AGPL-3.0-or-later
import { t } from "../core/i18n.ts";
import { href } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { IncidentFull } from "../core/types.ts";
import { lacks } from "../pure/closing.ts";

const TAB = { cause: "causes", proof: "causes", action: "actions", clock: "clocks" } as const;

/** Before it can be closed: each thing with a link to where it is done. */
export function Missing({ full, onGo }: { full: IncidentFull; onGo?: () => void }) {
	const { vocabulary } = useSession();
	const said = full.missing.filter((m) => m.state === undefined || m.state === "closed");
	const found = lacks(full.incident.fields, full.items, full.clocks);
	if (found.length === 0) return <ul class="stack-s">{said.map((m) => <li key={m.text}>{m.text}</li>)}</ul>;
	return (
		<ul class="stack-s">
			{found.map((lack, i) => (
				<li key={i}>
					<a href={href(["incidents", full.incident.id, TAB[lack.what]])} onClick={onGo}>
						{lack.what === "cause" ? t("missing.cause")
							: lack.what === "clock" ? t("missing.clock", { name: vocabulary.clocks.find((c) => c.profile === lack.profile)?.label ?? lack.profile, step: lack.step })
								: t(lack.what === "proof" ? "missing.proof" : "missing.action", { name: lack.name })}
					</a>
				</li>
			))}
		</ul>
	);
}

/** Whether closing would be refused now, as far as one can tell from here. */
export function isMissing(full: IncidentFull): boolean {
	return full.missing.some((m) => m.state === undefined || m.state === "closed") || lacks(full.incident.fields, full.items, full.clocks).length > 0;
}
