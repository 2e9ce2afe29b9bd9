// SPDX-License-Identifier: AGPL-3.0-or-later
// Drawn here, on a grid of 24, with one stroke. Each stands beside its word; alone, the control has a label.
const paths = {
	today: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M9 15l2 2 4-4",
	incidents: "M12 3a6 6 0 0 1 6 6v4l2 4H4l2-4V9a6 6 0 0 1 6-6zM10 20a2 2 0 0 0 4 0",
	clocks: "M12 21a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM12 9v4l3 2M9 2h6",
	alerts: "M12 4l9 16H3zM12 10v4M12 17v.5",
	rules: "M5 5h14M5 12h9M5 19h6M18 10l3 3-3 3",
	exceptions: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12",
	events: "M4 6h16M4 12h10M4 18h13",
	assets: "M4 5h16v10H4zM9 20h6M12 15v5",
	traffic: "M3 18l5-7 4 4 5-9 4 6",
	documents: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
	figures: "M5 20V10M12 20V4M19 20v-7M3 20h18",
	journal: "M5 4h12a2 2 0 0 1 2 2v14H7a2 2 0 0 1-2-2zM9 8h6M9 12h6",
	settings: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 2v4M12 18v4M2 12h4M18 12h4M5 5l2.800 2.800M16.200 16.200L19 19M5 19l2.800-2.800M16.200 7.800L19 5",
	users: "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20a6.500 6.500 0 0 1 13 0M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14a6 6 0 0 1 3.500 6",
	account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0",
	search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500L21 21",
	menu: "M4 7h16M4 12h16M4 17h16",
	close: "M6 6l12 12M18 6L6 18",
	plus: "M12 5v14M5 12h14",
	check: "M5 13l4 4L19 7",
	help: "M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400M12 17.500v.5M12 22a10 10 0 1 0 0-20 10 10 0 0 0 0 20z",
	down: "M12 4v12M7 12l5 5 5-5M5 20h14",
	leave: "M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9",
	task: "M4 4h16v16H4zM8 12l3 3 5-6",
	person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0",
	lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
	merge: "M6 4v6a4 4 0 0 0 4 4h8M14 10l4 4-4 4M6 20v-4",
	split: "M6 20V4M6 10h8a4 4 0 0 1 4 4v6M3 7l3-3 3 3",
	chevron: "M9 6l6 6-6 6",
	eye: "M2 12c2.500-4.500 6-7 10-7s7.500 2.500 10 7c-2.500 4.500-6 7-10 7s-7.500-2.500-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
	bell: "M12 3v2M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
	shield: "M12 3l8 3v6c0 4.500-3.200 7.700-8 9-4.800-1.300-8-4.500-8-9V6z",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
	return (
		<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
			<path d={paths[name]} />
		</svg>
	);
}

export function Belfry() {
	return (
		<svg viewBox="0 0 120 150" aria-hidden="true">
			<path d="M60 4l26 40H34z" fill="#dbe4ee" />
			<path d="M60 4v-3" stroke="#e5b567" stroke-width="3" />
			<path d="M30 44h60v8H30z" fill="#e5b567" />
			<path d="M34 52h52v92H34z" fill="#f3ead9" />
			<path d="M46 90V72a14 14 0 0 1 28 0v18z" fill="#16324f" />
			<path d="M60 64c-6 0-8 5-8 10v6l-4 6h24l-4-6v-6c0-5-2-10-8-10z" fill="#e5b567" />
			<circle cx="60" cy="88" r="3" fill="#e5b567" />
			<circle cx="60" cy="108" r="9" fill="#fff" stroke="#16324f" stroke-width="2" />
			<path d="M60 102v6l4 3" fill="none" stroke="#16324f" stroke-width="2" stroke-linecap="round" />
			<path d="M52 144v-14a8 8 0 0 1 16 0v14z" fill="#16324f" />
			<path d="M4 144h112" stroke="#dbe4ee" stroke-width="3" stroke-linecap="round" />
		</svg>
	);
}
