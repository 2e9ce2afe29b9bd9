// SPDX-License-Identifier: AGPL-3.0-or-later
// Times as people of the organisation read them: their zone, 24 hours, day before month.
export type TimeStyle = "short" | "day" | "minute" | "second" | "long" | "hour" | "weekday";

const STYLES: Record<TimeStyle, Intl.DateTimeFormatOptions> = {
	short: { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" },
	day: { day: "2-digit", month: "short", year: "numeric" },
	weekday: { weekday: "short", day: "numeric", month: "short" },
	hour: { hour: "2-digit", minute: "2-digit" },
	minute: { day: "2-digit", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" },
	second: { day: "2-digit", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" },
	long: { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
};
const made = new Map<string, Intl.DateTimeFormat>();

export function formatTime(iso: string | undefined, zone: string, lang: string, style: TimeStyle = "minute"): string {
	// EVE writes +0000, which not every browser reads.
	const at = iso ? Date.parse(iso.replace(/([+-]\d\d)(\d\d)$/, "$1:$2")) : NaN;
	if (Number.isNaN(at)) return iso ?? "";
	const key = `${zone} ${lang} ${style}`;
	let format = made.get(key);
	if (format === undefined) {
		const options = { ...STYLES[style], hourCycle: "h23" as const };
		const locale = lang === "fr" ? "fr-FR" : "en-GB";
		try {
			format = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
		} catch {
			format = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }); // a zone this browser does not know
		}
		made.set(key, format);
	}
	return format.format(at);
}

/** The two largest units: "2 d 4 h", "4 h 12 min", "12 min 5 s". */
export function formatSpan(ms: number, lang: string): string {
	const s = Math.floor(Math.abs(ms) / 1000);
	const day = lang === "fr" ? "j" : "d";
	const parts: [number, string][] = [
		[Math.floor(s / 86400), day],
		[Math.floor(s / 3600) % 24, "h"],
		[Math.floor(s / 60) % 60, "min"],
		[s % 60, "s"],
	];
	let first = parts.findIndex(([n]) => n > 0);
	if (first < 0) first = 3;
	return parts
		.slice(first, first + 2)
		.filter(([n], i) => i === 0 || n > 0)
		.map(([n, unit]) => `${n}\u00a0${unit}`)
		.join(" ");
}

export type Urgency = "late" | "soon" | "near" | "far";

export function urgency(due: string, now: number): Urgency {
	const left = Date.parse(due) - now;
	if (left < 0) return "late";
	if (left < 4 * 3600_000) return "soon";
	return left < 24 * 3600_000 ? "near" : "far";
}

/** "2026-10-25T02:30" on the clocks of `zone` as UTC; where clocks go back the first of both, where they skip the moment after. */
export function localToUtc(local: string, zone: string): string | undefined {
	const m = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/.exec(local);
	if (!m) return undefined;
	const wall = Date.UTC(+m[1]!, +m[2]! - 1, +m[3]!, +m[4]!, +m[5]!, +(m[6] ?? 0));
	const offsets = [wall - 86_400_000, wall + 86_400_000].map((at) => wallClock(at, zone) - at);
	const candidates = offsets.map((offset) => wall - offset).sort((a, b) => a - b);
	const exact = candidates.find((at) => wallClock(at, zone) === wall);
	return new Date(exact ?? candidates[1]!).toISOString().replace(".000Z", "Z");
}

/** What people type: "24/10/2026 12:00", "24.10.2026 12h00", "2026-10-24 12:00", a day alone. As "2026-10-24T12:00"; undefined: no moment. */
export function parseTyped(text: string): string | undefined {
	const clean = text.trim().replace(/\s+/g, " ");
	const hour = "(?:[ ,T]+(?:à )?(\\d{1,2})[:hH](\\d{2})?(?::(\\d{2}))?)?$";
	const european = new RegExp(`^(\\d{1,2})[/.-](\\d{1,2})[/.-](\\d{4})${hour}`).exec(clean);
	const iso = new RegExp(`^(\\d{4})-(\\d{1,2})-(\\d{1,2})${hour}`).exec(clean);
	const m = european ?? iso;
	if (!m) return undefined;
	const [year, month, day] = european ? [+m[3]!, +m[2]!, +m[1]!] : [+m[1]!, +m[2]!, +m[3]!];
	const [h, min, s] = [+(m[4] ?? 0), +(m[5] ?? 0), +(m[6] ?? 0)];
	const date = new Date(Date.UTC(year, month - 1, day));
	if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || year < 1970 || h > 23 || min > 59 || s > 59) return undefined;
	const two = (n: number) => String(n).padStart(2, "0");
	return `${year}-${two(month)}-${two(day)}T${two(h)}:${two(min)}${s > 0 ? `:${two(s)}` : ""}`;
}

/** Midnight of the zone, some days before or after the day of `now`. */
export function midnight(now: number, days: number, zone: string): string {
	const day = utcToLocal(new Date(now + days * 86_400_000).toISOString(), zone).slice(0, 10);
	return localToUtc(`${day}T00:00`, zone) ?? "";
}

/** "24/10/2026 12:00", on the clocks of the zone. */
export function typed(iso: string, zone: string): string {
	const m = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)$/.exec(utcToLocal(iso, zone));
	return m ? `${m[3]}/${m[2]}/${m[1]} ${m[4]}` : "";
}

/** The clocks of the zone at a moment, as if they showed UTC. */
function wallClock(at: number, zone: string): number {
	const text = utcToLocal(new Date(at).toISOString(), zone, true);
	return Date.parse(`${text}Z`);
}

/** For <input type=datetime-local>: "2026-10-25T02:30". */
export function utcToLocal(iso: string, zone: string, seconds = false): string {
	const at = Date.parse(iso);
	if (Number.isNaN(at)) return "";
	const format = (timeZone: string) =>
		new Intl.DateTimeFormat("en-CA", {
			timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
		}).formatToParts(at);
	let parts: Intl.DateTimeFormatPart[];
	try {
		parts = format(zone);
	} catch {
		parts = format("UTC");
	}
	const of = (type: string) => parts.find((p) => p.type === type)?.value ?? "00";
	const year = of("year").padStart(4, "0");
	return `${year}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}${seconds ? `:${of("second")}` : ""}`;
}
