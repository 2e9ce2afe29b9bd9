// SPDX-License-Identifier: AGPL-3.0-or-later
// Tells pages that something changed: by server-sent events, and by asking every 20 seconds where these do not pass.
import { useEffect, useState } from "preact/hooks";

export type Topic = "incidents" | "alerts" | "health" | "assets" | "settings";
type Listener = (topics: readonly string[]) => void;

const POLL_MS = 20_000;
const everything: readonly Topic[] = ["incidents", "alerts", "health", "assets"]; // what changes without its page doing it
const listeners = new Set<Listener>();
const modeListeners = new Set<() => void>();
let source: EventSource | null = null;
let timer: ReturnType<typeof setInterval> | undefined;
let again: ReturnType<typeof setTimeout> | undefined;
let mode: "off" | "stream" | "poll" = "off";

function setMode(next: typeof mode): void {
	mode = next;
	for (const listener of modeListeners) listener();
}

export function tell(topics: readonly string[]): void {
	for (const listener of listeners) listener(topics);
}

function poll(): void {
	if (timer === undefined)
		timer = setInterval(() => {
			if (!document.hidden) tell(everything);
		}, POLL_MS);
	setMode("poll");
}

function stopPolling(): void {
	clearInterval(timer);
	timer = undefined;
}

export function topicsOf(data: string): string[] {
	try {
		const message = JSON.parse(data) as { what?: unknown };
		return Array.isArray(message.what) ? message.what.filter((w): w is string => typeof w === "string") : [];
	} catch {
		return [];
	}
}

export function startLive(): void {
	stopLive();
	if (typeof EventSource === "undefined") return poll();
	source = new EventSource("/api/stream");
	const heard = (event: MessageEvent<string>) => {
		const topics = topicsOf(event.data);
		if (topics.length > 0) tell(topics);
	};
	let missed = false;
	source.onopen = () => {
		stopPolling();
		setMode("stream");
		if (missed) tell(everything); // what changed while nobody listened
		missed = false;
	};
	source.onmessage = heard;
	source.onerror = () => {
		missed = true;
		poll(); // the browser tries again by itself, except after an answer that is no stream
		if (source?.readyState === EventSource.CLOSED) again = setTimeout(startLive, POLL_MS);
	};
}

export function stopLive(): void {
	source?.close();
	source = null;
	clearTimeout(again);
	stopPolling();
	setMode("off");
}

export function useTopics(topics: readonly Topic[], then: () => void): void {
	useEffect(() => {
		let waiting: ReturnType<typeof setTimeout> | undefined;
		const listener: Listener = (changed) => {
			if (!topics.some((t) => changed.includes(t))) return;
			// Many changes in a moment are one refresh.
			clearTimeout(waiting);
			waiting = setTimeout(then, 150);
		};
		listeners.add(listener);
		return () => {
			clearTimeout(waiting);
			listeners.delete(listener);
		};
	}, [topics.join(" "), then]);
}

export function useLiveMode(): typeof mode {
	const [, redraw] = useState(0);
	useEffect(() => {
		const listener = () => redraw((n) => n + 1);
		modeListeners.add(listener);
		return () => void modeListeners.delete(listener);
	}, []);
	return mode;
}
