// SPDX-License-Identifier: AGPL-3.0-or-later
// French typography: spaces that must not break before : ; ? ! % and inside guillemets.
const NARROW = "\u202f";
const WIDE = "\u00a0";

export function french(text: string): string {
	return text
		.replace(/ ([;!?])/g, `${NARROW}$1`)
		.replace(/ ([:%»])/g, `${WIDE}$1`)
		.replace(/« /g, `«${WIDE}`)
		.replace(/(\p{L})'(\p{L})/gu, "$1\u2019$2");
}
