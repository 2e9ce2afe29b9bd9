// SPDX-License-Identifier: AGPL-3.0-or-later
import { t } from "../core/i18n.ts";
import { href } from "../core/router.ts";
import { useSession } from "../core/session.tsx";
import type { Clock } from "../core/types.ts";
import { Countdown, Dial, Empty, Time } from "./basic.tsx";
import { Icon } from "./icons.tsx";

export function ClockLine({ clock, withIncident }: { clock: Clock; withIncident: boolean }) {
	const { vocabulary } = useSession();
	const profile = vocabulary.clocks.find((c) => c.profile === clock.profile);
	const step = profile?.steps.find((s) => s.step === clock.step);
	const tell = clock.tell || step?.tell;
	const law = clock.law || step?.law;
	const running = clock.due !== undefined && !clock.sent && clock.state !== "not-needed";
	return (
		<li class="clock">
			{running ? <Dial due={clock.due as string} from={clock.from} /> : <span class={clock.sent ? "good" : "muted"}><Icon name={clock.sent ? "check" : "clocks"} /></span>}
			<div class="stack-s">
				<strong>{clock.step_label || step?.label}{tell ? ` · ${tell}` : ""}</strong>
				<span class="small muted">{[clock.label || profile?.label || clock.profile, law].filter(Boolean).join(" · ")}</span>
				{withIncident && <a class="small" href={href(["incidents", clock.incident, "clocks"])}>{clock.title || clock.incident}</a>}
			</div>
			<div class="when stack-s small">
				{clock.sent ? <><span class="good strong">{t("clock.sent")}</span><Time iso={clock.sent} /></>
					: running ? <><Countdown due={clock.due as string} /><Time iso={clock.due} /></>
						: <span class="muted">{t(clock.state === "not-needed" ? "clock.not-needed" : "clock.waiting")}</span>}
			</div>
		</li>
	);
}

export function ClockList({ clocks, withIncident = false }: { clocks: Clock[]; withIncident?: boolean }) {
	if (clocks.length === 0) return <Empty icon="clocks" title={t("clock.none")} level={3}><p>{t("clock.none.text")}</p></Empty>;
	return <ul class="bare">{clocks.map((c) => <ClockLine key={`${c.incident} ${c.profile} ${c.step}`} clock={c} withIncident={withIncident} />)}</ul>;
}
