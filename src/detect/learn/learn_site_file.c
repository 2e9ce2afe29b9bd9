/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_site_file.h"

#include "core/cursor.h"
#include "core/ensure.h"
#include "core/text.h"
#include "core/writer.h"

#include <errno.h>
#include <math.h>
#include <openssl/sha.h>

enum { VERSION = 1 };

/* One walk writes and reads, so that the two cannot differ. */
struct walk {
	struct writer *to;
	struct cursor *from;
};

static void
walk_u8(struct walk *w, uint8_t *value)
{
	if (w->to != NULL)
		writer_u8(w->to, *value);
	else
		*value = cursor_u8(w->from);
}

static void
walk_u16(struct walk *w, uint16_t *value)
{
	if (w->to != NULL)
		writer_be16(w->to, *value);
	else
		*value = cursor_be16(w->from);
}

static void
walk_u32(struct walk *w, uint32_t *value)
{
	if (w->to != NULL)
		writer_be32(w->to, *value);
	else
		*value = cursor_be32(w->from);
}

static void
walk_u64(struct walk *w, uint64_t *value)
{
	if (w->to != NULL)
		writer_be64(w->to, *value);
	else
		*value = cursor_be64(w->from);
}

static void
walk_i64(struct walk *w, int64_t *value)
{
	uint64_t bits = (uint64_t)*value;
	walk_u64(w, &bits);
	*value = (int64_t)bits;
}

static void
walk_float(struct walk *w, float *value)
{
	uint32_t bits;
	memcpy(&bits, value, sizeof(bits));
	walk_u32(w, &bits);
	memcpy(value, &bits, sizeof(bits));
}

static void
walk_double(struct walk *w, double *value)
{
	uint64_t bits;
	memcpy(&bits, value, sizeof(bits));
	walk_u64(w, &bits);
	memcpy(value, &bits, sizeof(bits));
}

static void
walk_bool(struct walk *w, bool *value)
{
	uint8_t byte = *value;
	walk_u8(w, &byte);
	*value = byte != 0;
}

static void
walk_bytes(struct walk *w, uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		walk_u8(w, &at[i]);
}

static void
walk_u32s(struct walk *w, uint32_t *at, size_t count)
{
	for (size_t i = 0; i < count; i++)
		walk_u32(w, &at[i]);
}

static void
walk_bounds(struct walk *w, struct learn_conformal_bounds *b)
{
	walk_float(w, &b->benign_most);
	walk_float(w, &b->attack_least);
	walk_u32(w, &b->benign);
	walk_u32(w, &b->attack);
}

static void
walk_normal(struct walk *w, struct learn_normal *n)
{
	walk_u32s(w, &n->counts[0][0], (size_t)FLOW_CODES * LEARN_NORMAL_VALUES);
	for (unsigned i = 0; i < FLOW_CODES; i++)
		for (unsigned v = 0; v < LEARN_NORMAL_VALUES; v++)
			walk_u16(w, &n->strange[i][v]);
	walk_u64(w, &n->counted);
	walk_u64(w, &n->adopted);
	walk_u32s(w, n->scores, LEARN_NORMAL_QUANTILES);
	walk_u64(w, &n->scored);
}

static void
walk_window(struct walk *w, struct learn_drift_window *d)
{
	for (unsigned r = 0; r < LEARN_DRIFT_ROWS; r++) {
		walk_u8(w, &d->used[r]);
		for (unsigned b = 0; b < LEARN_DRIFT_BUCKETS; b++)
			walk_float(w, &d->sums[r][b]);
	}
	walk_u64(w, &d->width);
	walk_u64(w, &d->since_look);
	walk_double(w, &d->total);
	walk_u64(w, &d->changes);
}

static void
walk_local(struct walk *w, struct learn_site *s)
{
	walk_u64(w, &s->local.counted);
	walk_u64(w, &s->thresholds.counted);
	for (unsigned i = 0; i < LEARN_CONFORMAL_SERVICES; i++) {
		for (unsigned k = 0; k < LEARN_LOCAL_BINS; k++)
			walk_u16(w, &s->local.bins[i][k]);
		walk_float(w, &s->thresholds.margin[i]);
		walk_u32(w, &s->thresholds.flows[i]);
	}
}

static void
walk_site(struct walk *w, struct learn_site *s)
{
	walk_bytes(w, s->model, sizeof(s->model));
	walk_double(w, &s->target);
	walk_u64(w, &s->calibrate_flows);
	walk_float(w, &s->choice.margin);
	walk_u64(w, &s->choice.counted);
	walk_u64(w, &s->choice.above);
	walk_u64(w, &s->choice.needed);
	walk_bool(w, &s->choice.suffices);
	walk_bool(w, &s->is_local);
	walk_local(w, s);
	walk_double(w, &s->conformal.epsilon);
	walk_bounds(w, &s->conformal.all);
	for (unsigned i = 0; i < LEARN_CONFORMAL_SERVICES; i++)
		walk_bounds(w, &s->conformal.services[i]);
	walk_u32s(w, s->confidence.benign, LEARN_CONFIDENCE_BINS);
	walk_u32s(w, s->confidence.attack, LEARN_CONFIDENCE_BINS);
	for (unsigned i = 0; i < LEARN_CONFIDENCE_BINS; i++)
		walk_u16(w, &s->confidence.share[i]);
	walk_u32s(w, s->confidence.pooled, LEARN_CONFIDENCE_BINS);
	for (unsigned i = 0; i < LEARN_PROFILES; i++) {
		walk_normal(w, &s->normal[i]);
		walk_i64(w, &s->adopt_after_ns[i]);
	}
	for (unsigned i = 0; i < LEARN_SITE_EXAMPLES; i++) {
		walk_bytes(w, s->examples[i].vector.code, FLOW_CODES);
		walk_i64(w, &s->examples[i].until_ns);
	}
	walk_window(w, &s->scores);
	walk_window(w, &s->silence);
	walk_u64(w, &s->guarded);
	for (unsigned i = 0; i < FLOW_CODES; i++)
		walk_float(w, &s->psi[i]);
	walk_u32(w, &s->notices);
}

static const uint8_t head[8] = {'b', 'e', 'f', 's', 'i', 't', 'e', VERSION};

enum { /* what the walk above writes */
	BOUNDS_SIZE = 16,
	LOCAL_SIZE = 16 + LEARN_CONFORMAL_SERVICES * (2 * LEARN_LOCAL_BINS + 8),
	NORMAL_SIZE = FLOW_CODES * LEARN_NORMAL_VALUES * 6 + 24 + 4 * LEARN_NORMAL_QUANTILES,
	WINDOW_SIZE = LEARN_DRIFT_ROWS * (1 + 4 * LEARN_DRIFT_BUCKETS) + 32,
	SITE_SIZE = LEARN_SITE_KEY + 16 + 4 + 24 + 2 + LOCAL_SIZE + 8 + BOUNDS_SIZE * (1 + LEARN_CONFORMAL_SERVICES) +
	    14 * LEARN_CONFIDENCE_BINS + LEARN_PROFILES * (NORMAL_SIZE + 8) + LEARN_SITE_EXAMPLES * (FLOW_CODES + 8) +
	    2 * WINDOW_SIZE + 8 + 4 * FLOW_CODES + 4,
};

size_t
learn_site_file_size(void)
{
	return sizeof(head) + SITE_SIZE + SHA256_DIGEST_LENGTH;
}

void
learn_site_file_write(const struct learn_site *s, uint8_t *out)
{
	struct writer to = writer_of(out, sizeof(head) + SITE_SIZE);
	writer_put(&to, (struct bytes){head, sizeof(head)});
	struct walk w = {.to = &to};
	walk_site(&w, (struct learn_site *)(uintptr_t)s); /* a walk that writes changes nothing */
	ENSURE(writer_ok(&to) && to.len == to.size);
	SHA256(out, to.len, out + to.len);
}

static bool
is_share(double value)
{
	return value > 0 && value < 1;
}

static bool
window_makes_sense(const struct learn_drift_window *d)
{
	uint64_t width = 0;
	for (unsigned r = 0; r < LEARN_DRIFT_ROWS; r++) {
		if (d->used[r] > LEARN_DRIFT_BUCKETS)
			return false;
		width += (uint64_t)d->used[r] << r;
		for (unsigned b = 0; b < LEARN_DRIFT_BUCKETS; b++)
			if (!(d->sums[r][b] >= 0 && d->sums[r][b] <= (float)(UINT64_C(1) << r)))
				return false;
	}
	return d->width == width && d->total >= -1e-3 && d->total <= (double)width + 1e-3 && d->since_look < 32;
}

static bool
normal_makes_sense(const struct learn_normal *n)
{
	uint64_t noted = 0;
	for (unsigned i = 0; i < LEARN_NORMAL_QUANTILES; i++)
		noted += n->scores[i];
	/* Halving rounds each counter down. */
	return n->counted < UINT32_MAX && n->scored < UINT32_MAX && noted <= n->scored;
}

static bool
makes_sense(const struct learn_site *s)
{
	if (!is_share(s->target) || !is_share(s->conformal.epsilon) || isnan(s->choice.margin))
		return false;
	for (unsigned i = 0; i < LEARN_CONFORMAL_SERVICES; i++)
		if (isnan(s->conformal.services[i].benign_most) || isnan(s->conformal.services[i].attack_least) ||
		    isnan(s->thresholds.margin[i]))
			return false;
	for (unsigned i = 0; i < LEARN_CONFIDENCE_BINS; i++)
		if (s->confidence.share[i] > 10000)
			return false;
	for (unsigned i = 0; i < LEARN_PROFILES; i++)
		if (!normal_makes_sense(&s->normal[i]))
			return false;
	return window_makes_sense(&s->scores) && window_makes_sense(&s->silence);
}

int
learn_site_file_read(struct bytes file, const char *file_cstr, struct learn_site *out, struct diag *diag)
{
	struct cursor c = cursor_of(file);
	if (!bytes_eq(cursor_take(&c, sizeof(head)), (struct bytes){head, sizeof(head)}))
		return diag_say_at(diag, -EBADMSG, file_cstr, 0,
		    _("not what \"beffroi learn calibrate\" of this version writes: make it again"));
	if (file.len != learn_site_file_size())
		return diag_say_at(diag, -EBADMSG, file_cstr, file.len,
		    _("%zu bytes, where %zu are expected: make it again with \"beffroi learn calibrate\""), file.len,
		    learn_site_file_size());
	uint8_t sum[SHA256_DIGEST_LENGTH];
	SHA256(file.at, file.len - sizeof(sum), sum);
	if (!bytes_eq(bytes_after(file, file.len - sizeof(sum)), (struct bytes){sum, sizeof(sum)}))
		return diag_say_at(diag, -EBADMSG, file_cstr, file.len - sizeof(sum),
		    _("was altered after it was written: make it again with \"beffroi learn calibrate\""));
	memset(out, 0, sizeof(*out));
	struct walk w = {.from = &c};
	walk_site(&w, out);
	ENSURE(cursor_ok(&c));
	if (!makes_sense(out))
		return diag_say_at(diag, -EBADMSG, file_cstr, UINT64_MAX,
		    _("holds values that cannot be: make it again with \"beffroi learn calibrate\""));
	return 0;
}
