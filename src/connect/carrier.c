/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "connect/carrier.h"

#include "connect/courier_wire.h"
#include "core/auto.h"
#include "core/text.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <netdb.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HTTP_OK = 200, CA_MAX = 4 << 20, CONNECT_S_MAX = 10, ADDRESSES_MAX = 8, RESOLVE_MAX = 1024 };

static const char system_ca_cstr[] = "/etc/ssl/certs/ca-certificates.crt";

struct carrier {
	const struct connector *connector;
	CURL *curl;
	struct curl_slist *resolve;
	uint8_t *ca;
	size_t ca_len;
	char error_cstr[CURL_ERROR_SIZE];
	uint8_t answer[DELIVERY_ANSWER_MAX];
	size_t answer_len;
	bool too_long;
	unsigned retry_after_s;
};

/* ---- Before the files go ---- */

static int
read_certificates(struct carrier *c, struct diag *diag)
{
	const char *path_cstr = c->connector->ca_cstr[0] != '\0' ? c->connector->ca_cstr : system_ca_cstr;
	AUTO_CLOSE int fd = open(path_cstr, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
	if (st.st_size <= 0 || st.st_size > CA_MAX)
		return diag_say_at(diag, -EFBIG, path_cstr, UINT64_MAX, "%s", _("this is no file of certificates"));
	c->ca = malloc((size_t)st.st_size);
	while (c->ca != NULL && c->ca_len < (size_t)st.st_size) {
		ssize_t n = read(fd, c->ca + c->ca_len, (size_t)st.st_size - c->ca_len);
		if (n <= 0)
			return diag_say_at(
			    diag, n < 0 ? -errno : -EIO, path_cstr, UINT64_MAX, "%s", text_error(n < 0 ? errno : EIO));
		c->ca_len += (size_t)n;
	}
	return c->ca != NULL ? 0 : diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
}

/* libcurl is told the addresses, and asks nobody. */
static int
resolve(struct carrier *c, struct diag *diag)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
	const struct connector *to = c->connector;
	struct addrinfo *found = NULL;
	char line[RESOLVE_MAX], address[64];
	size_t count = 0;
	int r = getaddrinfo(to->host_cstr, to->port_cstr, &hints, &found);
	if (r != 0) /* a machine without any network but its own */
		r = getaddrinfo(to->host_cstr, to->port_cstr, &(struct addrinfo){.ai_socktype = SOCK_STREAM}, &found);
	if (r != 0)
		return diag_say(diag, -EHOSTUNREACH, _("%s has no address: look at its name, and at the network (%s)"),
		    to->host_cstr, gai_strerror(r));
	bool brackets = strchr(to->host_cstr, ':') != NULL;
	size_t n = (size_t)snprintf(
	    line, sizeof(line), "%s%s%s:%s:", brackets ? "[" : "", to->host_cstr, brackets ? "]" : "", to->port_cstr);
	for (const struct addrinfo *a = found; a != NULL && count < ADDRESSES_MAX; a = a->ai_next)
		if (getnameinfo(a->ai_addr, a->ai_addrlen, address, sizeof(address), NULL, 0, NI_NUMERICHOST) == 0 &&
		    strchr(address, '%') == NULL && n + strlen(address) + 4 < sizeof(line))
			n += (size_t)snprintf(line + n, sizeof(line) - n, a->ai_family == AF_INET6 ? "%s[%s]" : "%s%s",
			    count++ == 0 ? "" : ",", address);
	freeaddrinfo(found);
	c->resolve = curl_slist_append(NULL, line);
	return c->resolve != NULL ? 0 : diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
}

static size_t
take_body(char *data, size_t size, size_t count, void *context)
{
	struct carrier *c = context;
	size_t len = size * count;
	if (len > sizeof(c->answer) - c->answer_len) {
		c->too_long = true;
		return 0;
	}
	memcpy(c->answer + c->answer_len, data, len);
	c->answer_len += len;
	return len;
}

/* Seconds only; a date is not worth a parser (RFC 9110 10.2.3). */
static size_t
take_header(char *data, size_t size, size_t count, void *context)
{
	static const char name[] = "retry-after:";
	struct carrier *c = context;
	struct bytes line = {(const uint8_t *)data, size * count};
	unsigned value = 0;
	if (!bytes_eq_nocase(bytes_first(line, sizeof(name) - 1), BYTES("retry-after:")))
		return line.len;
	struct bytes text = bytes_trim(bytes_after(line, sizeof(name) - 1));
	for (size_t i = 0; i < text.len && i < 4 && text.at[i] >= '0' && text.at[i] <= '9'; i++)
		value = value * 10 + (unsigned)(text.at[i] - '0');
	c->retry_after_s = value;
	return line.len;
}

/* What holds for all requests. */
static bool
configure(struct carrier *c)
{
	const struct connector *to = c->connector;
	struct curl_blob ca = {.data = c->ca, .len = c->ca_len, .flags = CURL_BLOB_NOCOPY};
	CURL *h = c->curl;
	bool ok = curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, to->is_plain ? "http" : "https") == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_PROXY, "") == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)to->timeout_s) == CURLE_OK;
	ok = ok &&
	    curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT,
	        (long)(to->timeout_s < CONNECT_S_MAX ? to->timeout_s : CONNECT_S_MAX)) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
	if (!to->is_plain) {
		ok = ok && curl_easy_setopt(h, CURLOPT_CAINFO, NULL) == CURLE_OK;
		ok = ok && curl_easy_setopt(h, CURLOPT_CAPATH, NULL) == CURLE_OK;
		ok = ok && curl_easy_setopt(h, CURLOPT_CAINFO_BLOB, &ca) == CURLE_OK;
	}
	/* On a connection that is used again, libcurl sends a request a second time when the first one got lost. */
	ok = ok && curl_easy_setopt(h, CURLOPT_FRESH_CONNECT, 1L) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_FORBID_REUSE, 1L) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_RESOLVE, c->resolve) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_USERAGENT, "beffroi/" BEFFROI_VERSION) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_WRITEDATA, c) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK;
	ok = ok && curl_easy_setopt(h, CURLOPT_HEADERDATA, c) == CURLE_OK;
	return ok && curl_easy_setopt(h, CURLOPT_ERRORBUFFER, c->error_cstr) == CURLE_OK;
}

int
carrier_new(struct carrier **out, const struct connector *connector, struct diag *diag)
{
	struct carrier *c = calloc(1, sizeof(*c));
	if (c == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	c->connector = connector;
	tzset(); /* certificates have dates */
	int r = connector->is_plain ? 0 : read_certificates(c, diag);
	if (r == 0)
		r = resolve(c, diag);
	if (r == 0 &&
	    (curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK || (c->curl = curl_easy_init()) == NULL || !configure(c)))
		r = diag_say(diag, -ENOMEM, "%s", _("libcurl does not start: is another version of it installed?"));
	if (r < 0)
		carrier_free(c);
	else
		*out = c;
	return r;
}

void
carrier_free(struct carrier *c)
{
	if (c == NULL)
		return;
	curl_easy_cleanup(c->curl);
	curl_slist_free_all(c->resolve);
	free(c->ca);
	free(c);
}

/* ---- Afterwards ---- */

static enum delivery_fault
explain(const struct carrier *c, CURLcode code, struct diag *diag)
{
	const struct connector *to = c->connector;
	long sent = 0;
	switch ((int)code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
		(void)diag_say(diag, 0, _("%s, port %s, does not answer: is it the right address, and is it up?"),
		    to->host_cstr, to->port_cstr);
		return DELIVERY_NOT_SENT;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
		(void)diag_say(diag, 0,
		    _("the certificate of %s is not to be trusted (%s): nothing was sent; for an authority of your own give ca: FILE"),
		    to->host_cstr, c->error_cstr);
		return DELIVERY_HOPELESS;
	case CURLE_SSL_CONNECT_ERROR:
		(void)diag_say(diag, 0, _("%s speaks no TLS that can be used here (%s): nothing was sent"), to->host_cstr,
		    c->error_cstr);
		return DELIVERY_HOPELESS;
	case CURLE_OPERATION_TIMEDOUT:
		(void)curl_easy_getinfo(c->curl, CURLINFO_REQUEST_SIZE, &sent);
		(void)diag_say(diag, 0, _("%s did not answer within %u seconds"), to->host_cstr, to->timeout_s);
		return sent == 0 ? DELIVERY_NOT_SENT : DELIVERY_LOST;
	default:
		(void)diag_say(diag, 0, c->too_long ? _("%s answers more than was asked for (%s)") : _("%s broke off (%s)"),
		    to->host_cstr, c->error_cstr);
		return c->too_long ? DELIVERY_HOPELESS : DELIVERY_LOST;
	}
}

static enum delivery_fault
exchange(void *context, const struct delivery_request *request, struct delivery_answer *out, struct diag *diag)
{
	struct carrier *c = context;
	struct curl_slist *headers = NULL;
	bool ok = true;
	long status = 0;
	for (size_t i = 0; i < request->header_count && ok; i++) {
		struct curl_slist *longer = curl_slist_append(headers, request->header_cstr[i]);
		ok = longer != NULL;
		headers = ok ? longer : headers;
	}
	c->answer_len = 0;
	c->too_long = false;
	c->retry_after_s = 0;
	c->error_cstr[0] = '\0';
	ok = ok && curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
	    curl_easy_setopt(c->curl, CURLOPT_URL, request->url_cstr) == CURLE_OK &&
	    curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, request->method_cstr) == CURLE_OK &&
	    curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L) == CURLE_OK;
	if (request->body.len > 0)
		ok = ok && curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, request->body.at) == CURLE_OK &&
		    curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len) == CURLE_OK;
	CURLcode code = ok ? curl_easy_perform(c->curl) : CURLE_OUT_OF_MEMORY;
	curl_slist_free_all(headers);
	(void)curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, NULL);
	if (code != CURLE_OK)
		return explain(c, code, diag);
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	*out = (struct delivery_answer){
	    .status = (unsigned)status, .retry_after_s = c->retry_after_s, .body = {c->answer, c->answer_len}};
	return DELIVERY_ANSWERED;
}

/* ---- A file that is fetched ---- */

struct taking {
	struct carrier *carrier;
	int fd, error;
	uint64_t bytes, bytes_max;
};

static size_t
take_file(char *data, size_t size, size_t count, void *context)
{
	struct taking *t = context;
	long status = 0;
	struct bytes left = {(const uint8_t *)data, size * count};
	(void)curl_easy_getinfo(t->carrier->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status != HTTP_OK) {
		t->bytes += left.len; /* a page that says why; not endless either */
		return t->bytes > DELIVERY_ANSWER_MAX ? 0 : left.len;
	}
	if (left.len > t->bytes_max - t->bytes) {
		t->error = -EFBIG;
		return 0;
	}
	t->bytes += left.len;
	while (left.len > 0) {
		ssize_t n = write(t->fd, left.at, left.len);
		if (n <= 0) {
			t->error = n < 0 ? -errno : -EIO;
			return 0;
		}
		left = bytes_after(left, (size_t)n);
	}
	return size * count;
}

int
carrier_fetch(
    struct carrier *c, const char *url_cstr, uint64_t bytes_max, int fd, struct courier_catch *out, struct diag *diag)
{
	struct taking t = {.carrier = c, .fd = fd, .bytes_max = bytes_max};
	const char *elsewhere_cstr = NULL;
	long status = 0;
	c->error_cstr[0] = '\0';
	bool ok = curl_easy_setopt(c->curl, CURLOPT_URL, url_cstr) == CURLE_OK &&
	    curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L) == CURLE_OK &&
	    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take_file) == CURLE_OK &&
	    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, &t) == CURLE_OK;
	CURLcode code = ok ? curl_easy_perform(c->curl) : CURLE_OUT_OF_MEMORY;
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(c->curl, CURLINFO_REDIRECT_URL, &elsewhere_cstr);
	if (t.error == -EFBIG)
		return diag_say(diag, -EFBIG, _("%s: it has more than %llu bytes"), url_cstr, (unsigned long long)bytes_max);
	if (t.error < 0)
		return diag_say(diag, t.error, "%s: %s", url_cstr, text_error(-t.error));
	if (code != CURLE_OK && (status == 0 || status == HTTP_OK)) {
		(void)explain(c, code, diag);
		return -EIO;
	}
	*out = (struct courier_catch){.status = (unsigned)status, .bytes = status == HTTP_OK ? t.bytes : 0};
	(void)snprintf(out->elsewhere_cstr, sizeof(out->elsewhere_cstr), "%s", elsewhere_cstr == NULL ? "" : elsewhere_cstr);
	return 0;
}

static void
pause_for(void *context, unsigned seconds)
{
	(void)context;
	struct timespec left = {.tv_sec = (time_t)seconds};
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR)
		;
}

struct delivery_carrier
carrier_of(struct carrier *c)
{
	return (struct delivery_carrier){.exchange = exchange, .pause = pause_for, .context = c};
}
