// SPDX-License-Identifier: AGPL-3.0-or-later
// The one place that speaks HTTP. What comes back is data; it is shown as text only.
import { language } from "./i18n.ts";

export class ApiError extends Error {
	readonly status: number;
	readonly code: string;
	readonly field: string;
	constructor(status: number, code: string, text: string, field = "") {
		super(text);
		this.status = status;
		this.code = code;
		this.field = field;
	}
}

let csrf = "";
let onLost: () => void = () => {};

export function setCsrf(value: string): void {
	csrf = value;
}
/** Called when the server says that there is no session any more. */
export function whenSessionLost(then: () => void): void {
	onLost = then;
}

export type Query = Record<string, string | number | boolean | undefined>;

export function withQuery(path: string, query: Query = {}): string {
	const pairs: string[] = [];
	for (const [name, value] of Object.entries(query))
		if (value !== undefined && value !== "" && value !== false)
			pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
	return pairs.length > 0 ? `${path}?${pairs.join("&")}` : path;
}

async function errorOf(response: Response): Promise<ApiError> {
	let code = "";
	let text = "";
	let field = "";
	try {
		const body: unknown = await response.json();
		const error = (body as { error?: { code?: unknown; text?: unknown; field?: unknown } }).error ?? {};
		code = typeof error.code === "string" ? error.code : "";
		text = typeof error.text === "string" ? error.text : "";
		field = typeof error.field === "string" ? error.field : "";
	} catch {
		// a proxy's page, or nothing: the status must do
	}
	return new ApiError(response.status, code, text, field);
}

export async function request(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
	const headers: Record<string, string> = { "Accept-Language": language() };
	if (method !== "GET") headers["X-CSRF-Token"] = csrf;
	if (body !== undefined) headers["Content-Type"] = "application/json";
	const init: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
	if (body !== undefined) init.body = JSON.stringify(body);
	if (signal) init.signal = signal;
	let response: Response;
	try {
		response = await fetch(path, init);
	} catch (error) {
		if ((error as Error).name === "AbortError") throw error;
		throw new ApiError(0, "network", "");
	}
	if (response.ok) return response;
	const error = await errorOf(response);
	if (response.status === 401 && !path.startsWith("/api/session")) onLost();
	throw error;
}

async function json<T>(response: Response): Promise<T> {
	const text = await response.text();
	return (text === "" ? {} : JSON.parse(text)) as T;
}

export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
	return json<T>(await request("GET", withQuery(path, query), undefined, signal));
}
export async function send<T = Record<string, unknown>>(method: "POST" | "PATCH" | "DELETE", path: string, body: unknown = {}): Promise<T> {
	return json<T>(await request(method, path, body));
}

/** The name that the server gives the document, else one made from the path. */
export function fileName(disposition: string | null, path: string): string {
	const named = /filename="([^"]+)"/.exec(disposition ?? "");
	const last = path.split("?")[0]?.split("/").pop() ?? "document";
	return (named?.[1] ?? last).replace(/[^\p{L}\p{N}._ -]/gu, "_").slice(0, 120);
}

/** Fetches a document and hands it to the browser as a file. */
export async function download(path: string): Promise<string> {
	const response = await request("GET", path);
	const name = fileName(response.headers.get("Content-Disposition"), path);
	const url = URL.createObjectURL(await response.blob());
	const link = document.createElement("a");
	link.href = url;
	link.download = name;
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(url), 30_000);
	return name;
}
