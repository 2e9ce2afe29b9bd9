/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "kinds.h"
#include "net.h"

static const char *const agents[] = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Safari/605.1.15",
    "Microsoft-Delivery-Optimization/10.0",
    "Debian APT-HTTP/1.3 (2.6.1)",
};
static const char *const folders[] = {
    "assets", "images", "api/v1", "static/js", "css", "news", "pool/main", "mairie/actes", "search", "fonts"};
static const char *const endings[] = {"html", "js", "css", "webp", "avif", "txt", "woff2", "deb", "php", "bin"};
static const char *const types[] = {"text/html; charset=utf-8", "application/javascript", "text/css", "image/webp",
    "image/avif", "text/plain", "font/woff2", "application/x-debian-package", "text/html", "application/octet-stream"};
static const bool text[] = {true, true, true, false, false, true, false, false, true, false};

enum { PART_REQUEST, PART_ANSWER, PART_LAST_CHUNK };

static void
start(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	f->site = noise_popular(n, NET_SITES);
	bool inside = noise_chance(n, 1500);
	uint32_t client = noise_below(n, NET_CLIENTS * 3 / 8);
	uint16_t port = noise_chance(n, 600) ? 8080 : 80;
	net_join(w, f, client, inside ? net_server(4, f->site % 20) : net_site(f->site), port);
	f->variant = (uint8_t)(client % 5);
	f->turns_left = (uint16_t)noise_tail(n, 1, 3, 40);
	f->closer = noise_chance(n, 5000) ? CLIENT : SERVER;
	f->ending = noise_chance(n, 500) ? ENDING_RESET : ENDING_FIN;
	f->step = PART_REQUEST;
}

static void
request(struct world *w, struct flow *f)
{
	struct noise *n = &w->noise;
	struct turn *t = &f->turn;
	char name[NET_NAME];
	net_site_name(f->site, name);
	f->word = noise_below(n, 10);
	bool post = noise_chance(n, 800);
	t->delay_us = f->talked ? noise_tail(n, 300, 40000, 8000000) : noise_between(n, 60, 400);
	f->talked = true;
	/* drawn one by one: C does not say in which order arguments are evaluated */
	const char *folder = folders[noise_below(n, 10)];
	uint32_t page = noise_u32(n), part = noise_below(n, 1000);
	const char *query = noise_chance(n, 2500) ? "?lang=fr&page=2&sort=date" : "";
	paper_printf(f->head,
	    "%s /%s/%x/%u.%s%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept: */*\r\nAccept-Language: fr-FR,fr;q=0.8,en;q=0.5\r\n"
	    "Accept-Encoding: gzip, deflate\r\nReferer: http://%s/\r\nConnection: keep-alive\r\n",
	    post ? "POST" : "GET", folder, page & 0xfffff, part, endings[f->word], query, name, agents[f->variant], name);
	if (noise_chance(n, 6000))
		paper_printf(f->head, "Cookie: session=%08x%08x; theme=clair; consent=%u\r\n", page * 3, part * 0x9e3779b1u,
		    page % 8);
	if (post) {
		t->body_len = noise_tail(n, 20, 300, 60000);
		t->body = BODY_TEXT;
		paper_printf(f->head, "Content-Type: text/plain\r\nContent-Length: %u\r\n", t->body_len);
	}
	paper_str(f->head, "\r\n");
}

static void
answer(struct world *w, struct flow *f, bool large)
{
	static const char *const statuses[] = {
	    "200 OK", "404 Not Found", "301 Moved Permanently", "500 Internal Server Error"};
	struct noise *n = &w->noise;
	struct turn *t = &f->turn;
	t->from = SERVER;
	t->delay_us = f->rtt_us + noise_tail(n, 200, 9000, 600000);
	uint32_t draw = noise_below(n, 100);
	f->turns_left--;
	if (draw < 8 && !large) {
		paper_printf(f->head,
		    "HTTP/1.1 304 Not Modified\r\nServer: nginx\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\nETag: \"%x\"\r\n\r\n",
		    noise_u32(n));
		return;
	}
	const char *status = statuses[draw < 90 || large ? 0 : draw < 95 ? 1 : draw < 99 ? 2 : 3];
	t->body = text[f->word] ? BODY_TEXT : BODY_NOISE;
	t->body_len = large ? noise_tail(n, 500000, 1500000, 20000000) : noise_tail(n, 40, 1200, 600000);
	uint32_t age = noise_below(n, 9) * 3600, tag = noise_u32(n);
	paper_printf(f->head,
	    "HTTP/1.1 %s\r\nServer: %s\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\nContent-Type: %s\r\nCache-Control: max-age=%u\r\nETag: \"%x\"\r\n",
	    status, f->site % 3 ? "nginx" : "Apache/2.4.57 (Debian)", types[f->word], age, tag);
	if (!large && t->body == BODY_TEXT && noise_chance(n, 3000)) {
		paper_printf(f->head, "Transfer-Encoding: chunked\r\n\r\n%x\r\n", t->body_len);
		f->step = PART_LAST_CHUNK;
	} else {
		paper_printf(f->head, "Content-Length: %u\r\n\r\n", t->body_len);
	}
}

static bool
exchange(struct world *w, struct flow *f, bool large)
{
	switch (f->step) {
	case PART_REQUEST:
		if (f->turns_left == 0)
			return false;
		f->step = PART_ANSWER;
		request(w, f);
		return true;
	case PART_ANSWER:
		f->step = PART_REQUEST;
		answer(w, f, large);
		return true;
	default:
		f->step = PART_REQUEST;
		f->turn.from = SERVER;
		f->turn.delay_us = noise_between(&w->noise, 20, 200);
		paper_str(f->head, "\r\n0\r\n\r\n");
		return true;
	}
}

static bool
next(struct world *w, struct flow *f)
{
	return exchange(w, f, false);
}

static void
start_large(struct world *w, struct flow *f)
{
	start(w, f);
	f->turns_left = 1;
}

static bool
next_large(struct world *w, struct flow *f)
{
	return exchange(w, f, true);
}

const struct kind kinds_http = {"http", TRANSPORT_TCP, start, next};
const struct kind kinds_http_large = {"http download", TRANSPORT_TCP, start_large, next_large};
