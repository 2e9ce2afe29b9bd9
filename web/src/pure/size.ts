// SPDX-License-Identifier: AGPL-3.0-or-later
// Bytes in units of thousands, as disks and networks count.
export function formatBytes(bytes: number, lang: string): string {
	const units = lang === "fr" ? ["o", "ko", "Mo", "Go", "To"] : ["B", "kB", "MB", "GB", "TB"];
	let value = Math.max(0, bytes);
	let unit = 0;
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}
	const digits = unit === 0 || value >= 100 ? 0 : 1;
	const text = new Intl.NumberFormat(lang === "fr" ? "fr-FR" : "en-GB", { maximumFractionDigits: digits }).format(value);
	return `${text}\u00a0${units[unit]}`;
}
