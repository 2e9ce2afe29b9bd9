/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier_samples.h"

#include "access/password.h"
#include "dossier/dossier_account.h"
#include "dossier/dossier_session.h"
#include "people/people_account.h"
#include "people/people_secret.h"
#include "people/people_totp.h"

#define SECOND INT64_C(1000000000)
#define T0 (1790000000 * SECOND)
#define PASSWORD "correct horse battery staple"

/* The dossier, its people, and the hour that it is. */
struct house {
	struct fixture *f;
	struct dossier *d;
	struct people p;
	struct access_settings cheap;
	int64_t now;
	struct diag diag;
};

static int
build(void **state)
{
	struct house *h = calloc(1, sizeof(*h));
	void *fixture = NULL;
	assert_non_null(h);
	assert_int_equal(set_up(&fixture), 0);
	h->f = fixture;
	h->now = T0;
	h->d = open_ok(h->f, DOSSIER_WRITE);
	if (people_init(&h->p, &h->diag) < 0)
		fail_msg("%s: line %u: %s", h->diag.file_cstr, h->diag.line, h->diag.text_cstr);
	people_open(&h->p, h->d);
	h->cheap = *h->p.settings;
	h->cheap.memory_kib = 1024;
	h->cheap.passes = 1;
	h->p.settings = &h->cheap;
	*state = h;
	return 0;
}

static int
raze(void **state)
{
	struct house *h = *state;
	void *fixture = h->f;
	if (h->d != NULL)
		close_ok(h->f, h->d);
	people_done(&h->p);
	free(h);
	return tear_down(&fixture);
}

#define OK(h, call)                                          \
	do {                                                 \
		if ((call) < 0)                              \
			fail_msg("%s", (h)->diag.text_cstr); \
	} while (0)

static void
add(struct house *h, const char *name_cstr, const char *role_cstr)
{
	OK(h,
	    people_account_add(&h->p, "test", &(struct people_account_form){.name_cstr = name_cstr, .role_cstr = role_cstr},
	        h->now, &h->diag));
}

static void
add_with_password(struct house *h, const char *name_cstr, const char *role_cstr)
{
	add(h, name_cstr, role_cstr);
	OK(h, people_account_set_password(&h->p, "test", name_cstr, BYTES(PASSWORD), h->now, &h->diag));
}

static struct people_entry
log_in_from(struct house *h, unsigned from, const char *name_cstr, const char *password_cstr, const char *code_cstr)
{
	struct people_entry entry;
	struct people_attempt attempt = {.name = bytes_of_cstr(name_cstr),
	    .password = bytes_of_cstr(password_cstr),
	    .code = bytes_of_cstr(code_cstr),
	    .address = host(from),
	    .now_ns = h->now};
	OK(h, people_log_in(&h->p, &attempt, &entry, &h->diag));
	return entry;
}

static struct people_entry
log_in(struct house *h, const char *name_cstr, const char *password_cstr)
{
	return log_in_from(h, 1, name_cstr, password_cstr, "");
}

static int
who(struct house *h, const char *secret_cstr, struct person *out)
{
	char csrf[PEOPLE_CSRF_MAX];
	int r = people_session(&h->p, bytes_of_cstr(secret_cstr), PEOPLE_ACTS, h->now, out, csrf, &h->diag);
	assert_true(r >= 0);
	return r;
}

static void
who_knows_the_password_comes_in_and_is_known_by_the_session(void **state)
{
	struct house *h = *state;
	struct person p;
	char csrf[PEOPLE_CSRF_MAX];
	add_with_password(h, "m.durand", "expert");
	struct people_entry e = log_in(h, " M.Durand ", PASSWORD);
	assert_int_equal(e.answer, PEOPLE_IN);
	assert_string_equal(e.person.name_cstr, "m.durand");
	assert_true(person_may(&e.person, RIGHT_INCIDENT_CLOSE));
	assert_false(person_may(&e.person, RIGHT_USER_ADMIN));
	assert_int_equal(who(h, e.secret_cstr, &p), 1);
	assert_string_equal(p.name_cstr, "m.durand");
	assert_int_equal(people_session(&h->p, bytes_of_cstr(e.secret_cstr), PEOPLE_LOOKS, h->now, &p, csrf, &h->diag), 1);
	assert_string_equal(csrf, e.csrf_cstr);
	assert_null(strstr(e.secret_cstr, csrf));
	OK(h, people_log_out(&h->p, bytes_of_cstr(e.secret_cstr), &h->diag));
	assert_int_equal(who(h, e.secret_cstr, &p), 0);
}

static void
who_does_not_is_told_the_same_whatever_is_wrong(void **state)
{
	struct house *h = *state;
	add_with_password(h, "open", "expert");
	add(h, "no-password", "expert");
	add_with_password(h, "closed", "expert");
	OK(h,
	    people_account_change(
	        &h->p, "test", &(struct people_account_form){.name_cstr = "closed", .active_cstr = "no"}, &h->diag));
	static const char *const names[] = {
	    "open", "no-password", "closed", "nobody", "", "a b", "'; DROP TABLE account; --"};
	for (size_t i = 0; i < LENGTH_OF(names); i++) {
		struct people_entry e = log_in_from(
		    h, 10 + (unsigned)i, names[i], i == 0 ? "correct horse battery stable" : PASSWORD, "");
		if (i == 3)
			e = log_in_from(h, 30, names[i], "", "");
		assert_int_equal(e.answer, PEOPLE_REFUSED);
		assert_int_equal(e.secret_cstr[0], '\0');
		assert_int_equal(e.person.name_cstr[0], '\0');
		assert_int_equal(e.wait_s, 0);
	}
	assert_int_equal(log_in(h, "open", PASSWORD).answer, PEOPLE_IN);
}

static void
a_nul_in_the_name_is_not_the_account_before_it(void **state)
{
	struct house *h = *state;
	struct people_entry e;
	add_with_password(h, "open", "expert");
	struct people_attempt attempt = {
	    .name = {(const uint8_t *)"open\0x", 6}, .password = BYTES(PASSWORD), .address = host(1), .now_ns = h->now};
	OK(h, people_log_in(&h->p, &attempt, &e, &h->diag));
	assert_int_equal(e.answer, PEOPLE_REFUSED);
}

static void
who_guesses_waits_and_who_always_comes_from_there_does_not(void **state)
{
	struct house *h = *state;
	add_with_password(h, "alice", "expert");
	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, "").answer, PEOPLE_IN);
	struct people_entry e = {0};
	for (unsigned i = 0; i < 40 && e.answer != PEOPLE_WAIT; i++)
		e = log_in_from(h, 2, "alice", "wrong password, once more", "");
	assert_int_equal(e.answer, PEOPLE_WAIT);
	assert_true(e.wait_s > 0);
	assert_int_equal(log_in_from(h, 2, "alice", PASSWORD, "").answer, PEOPLE_WAIT); /* right or wrong */
	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, "").answer, PEOPLE_IN);
	assert_int_equal(log_in_from(h, 3, "alice", PASSWORD, "").answer, PEOPLE_IN);
	h->now += 1000 * SECOND;
	assert_int_equal(log_in_from(h, 2, "alice", PASSWORD, "").answer, PEOPLE_IN);
}

static void
a_neighbour_behind_the_same_address_shuts_nobody_out(void **state)
{
	struct house *h = *state;
	add_with_password(h, "alice", "expert");
	add_with_password(h, "bob", "expert");
	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, "").answer, PEOPLE_IN);
	for (unsigned i = 0; i < 40; i++) {
		char name[16];
		snprintf(name, sizeof(name), "guess%u", i);
		(void)log_in_from(h, 1, name, "wrong password, once more", "");
	}
	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, "").answer, PEOPLE_IN);
	assert_int_equal(log_in_from(h, 1, "bob", PASSWORD, "").answer, PEOPLE_WAIT); /* never came from there */
}

static void
sessions_end_when_nobody_acts_and_at_the_latest_in_the_evening(void **state)
{
	struct house *h = *state;
	struct person p;
	char csrf[PEOPLE_CSRF_MAX];
	add_with_password(h, "alice", "expert");
	struct people_entry e = log_in(h, "alice", PASSWORD);
	int64_t idle = (int64_t)h->cheap.idle_s * SECOND, absolute = (int64_t)h->cheap.absolute_s * SECOND;
	while (h->now <= T0 + absolute - idle / 2) {
		assert_int_equal(who(h, e.secret_cstr, &p), 1);
		h->now += idle / 2;
	}
	h->now = T0 + absolute;
	assert_int_equal(who(h, e.secret_cstr, &p), 0);

	h->now += 30 * SECOND;
	e = log_in(h, "alice", PASSWORD);
	h->now += idle - SECOND;
	/* A page that is only left open does not keep it alive. */
	assert_int_equal(people_session(&h->p, bytes_of_cstr(e.secret_cstr), PEOPLE_LOOKS, h->now, &p, csrf, &h->diag), 1);
	h->now += 2 * SECOND;
	assert_int_equal(who(h, e.secret_cstr, &p), 0);
}

static void
the_oldest_session_ends_when_there_are_too_many(void **state)
{
	struct house *h = *state;
	struct person p;
	add_with_password(h, "alice", "expert");
	struct people_entry first = log_in(h, "alice", PASSWORD), last = {0};
	for (unsigned i = 0; i < h->cheap.sessions_max; i++) {
		h->now += SECOND;
		last = log_in(h, "alice", PASSWORD);
	}
	assert_int_equal(who(h, first.secret_cstr, &p), 0);
	assert_int_equal(who(h, last.secret_cstr, &p), 1);
}

static void
another_password_ends_all_sessions(void **state)
{
	struct house *h = *state;
	struct person p;
	struct people_entry next;
	add_with_password(h, "alice", "expert");
	struct people_entry one = log_in(h, "alice", PASSWORD), two = log_in(h, "alice", PASSWORD);
	struct people_account_password change = {.secret = bytes_of_cstr(one.secret_cstr),
	    .old = BYTES("not this one at all"),
	    .new = BYTES("seven soups for the cat"),
	    .address = host(1),
	    .now_ns = h->now};
	assert_int_equal(people_account_change_password(&h->p, &change, &next, &h->diag), -EACCES);
	change.old = BYTES(PASSWORD);
	change.new = BYTES("alice in wonderland");
	assert_int_equal(people_account_change_password(&h->p, &change, &next, &h->diag), -EINVAL); /* her name */
	assert_int_equal(who(h, two.secret_cstr, &p), 1);
	change.new = BYTES("seven soups for the cat");
	OK(h, people_account_change_password(&h->p, &change, &next, &h->diag));
	assert_int_equal(who(h, one.secret_cstr, &p), 0);
	assert_int_equal(who(h, two.secret_cstr, &p), 0);
	assert_int_equal(who(h, next.secret_cstr, &p), 1);
	assert_int_equal(log_in(h, "alice", PASSWORD).answer, PEOPLE_REFUSED);
	assert_int_equal(log_in(h, "alice", "seven soups for the cat").answer, PEOPLE_IN);
}

static void
a_session_that_was_left_open_is_no_way_to_try_passwords(void **state)
{
	struct house *h = *state;
	struct people_entry next;
	int r = 0;
	add_with_password(h, "alice", "expert");
	struct people_entry e = log_in(h, "alice", PASSWORD);
	struct people_account_password change = {.secret = bytes_of_cstr(e.secret_cstr),
	    .old = BYTES("guess"),
	    .new = BYTES("seven soups for the cat"),
	    .address = host(1),
	    .now_ns = h->now};
	for (unsigned i = 0; i < 20; i++) {
		r = people_account_change_password(&h->p, &change, &next, &h->diag);
		assert_int_equal(r, -EACCES);
	}
	assert_non_null(strstr(h->diag.text_cstr, "wait"));
	change.old = BYTES(PASSWORD);
	assert_int_equal(people_account_change_password(&h->p, &change, &next, &h->diag), -EACCES);
}

static void
a_link_lets_in_once_and_only_to_set_a_password(void **state)
{
	struct house *h = *state;
	struct people_entry e, next;
	struct person p;
	char link[PEOPLE_SECRET_MAX], older[PEOPLE_SECRET_MAX];
	struct addr from = host(1);
	add(h, "alice", "expert");
	OK(h, people_account_link(&h->p, "test", "alice", h->now, older, &h->diag));
	OK(h, people_account_link(&h->p, "test", "alice", h->now, link, &h->diag));
	OK(h, people_link_in(&h->p, bytes_of_cstr(older), &from, h->now, &e, &h->diag));
	assert_int_equal(e.answer, PEOPLE_REFUSED); /* the later one replaced it */
	OK(h, people_link_in(&h->p, bytes_of_cstr(link), &from, h->now, &e, &h->diag));
	assert_int_equal(e.answer, PEOPLE_IN);
	assert_int_equal(who(h, e.secret_cstr, &p), 1);
	assert_true(p.must_set_password);
	for (unsigned right = 0; right < RIGHT_COUNT; right++)
		assert_false(person_may(&p, right));
	OK(h, people_link_in(&h->p, bytes_of_cstr(link), &from, h->now, &next, &h->diag));
	assert_int_equal(next.answer, PEOPLE_REFUSED);

	struct people_account_password change = {.secret = bytes_of_cstr(e.secret_cstr),
	    .new = BYTES("seven soups for the cat"),
	    .address = host(1),
	    .now_ns = h->now};
	OK(h, people_account_change_password(&h->p, &change, &next, &h->diag));
	assert_int_equal(next.answer, PEOPLE_IN);
	assert_int_equal(who(h, next.secret_cstr, &p), 1);
	assert_false(p.must_set_password);
	assert_true(person_may(&p, RIGHT_INCIDENT_READ));
	assert_int_equal(who(h, e.secret_cstr, &p), 0);
}

static void
links_are_too_late_after_a_day_and_for_closed_accounts(void **state)
{
	struct house *h = *state;
	struct people_entry e;
	char link[PEOPLE_SECRET_MAX];
	struct addr from = host(1);
	add(h, "alice", "expert");
	OK(h, people_account_link(&h->p, "test", "alice", h->now, link, &h->diag));
	OK(h, people_link_in(&h->p, bytes_of_cstr(link), &from, h->now + (int64_t)h->cheap.link_s * SECOND, &e, &h->diag));
	assert_int_equal(e.answer, PEOPLE_REFUSED);
	OK(h,
	    people_account_change(
	        &h->p, "test", &(struct people_account_form){.name_cstr = "alice", .active_cstr = "no"}, &h->diag));
	OK(h, people_link_in(&h->p, bytes_of_cstr(link), &from, h->now, &e, &h->diag));
	assert_int_equal(e.answer, PEOPLE_REFUSED);
	assert_int_equal(people_account_link(&h->p, "test", "alice", h->now, link, &h->diag), -EINVAL);
	assert_int_equal(people_account_link(&h->p, "test", "bob", h->now, link, &h->diag), -ENOENT);
}

static void
one_secret_is_not_another(void **state)
{
	struct house *h = *state;
	struct people_entry e;
	struct person p;
	char link[PEOPLE_SECRET_MAX], csrf[PEOPLE_CSRF_MAX];
	struct addr from = host(1);
	add_with_password(h, "alice", "expert");
	struct people_entry in = log_in(h, "alice", PASSWORD);
	OK(h, people_account_link(&h->p, "test", "alice", h->now, link, &h->diag));
	assert_int_equal(people_session(&h->p, bytes_of_cstr(link), PEOPLE_ACTS, h->now, &p, csrf, &h->diag), 0);
	assert_int_equal(people_token(&h->p, bytes_of_cstr(in.secret_cstr), h->now, &p, &h->diag), 0);
	OK(h, people_link_in(&h->p, bytes_of_cstr(in.secret_cstr), &from, h->now, &e, &h->diag));
	assert_int_equal(e.answer, PEOPLE_REFUSED);
	static const char *const none[] = {"", "bfs_", "bfs_zz", "x"};
	for (size_t i = 0; i < LENGTH_OF(none); i++)
		assert_int_equal(people_session(&h->p, bytes_of_cstr(none[i]), PEOPLE_ACTS, h->now, &p, csrf, &h->diag), 0);
	in.secret_cstr[10] = in.secret_cstr[10] == '0' ? '1' : '0';
	assert_int_equal(who(h, in.secret_cstr, &p), 0);
}

static void
rights_are_those_of_today(void **state)
{
	struct house *h = *state;
	struct person p;
	add_with_password(h, "alice", "expert");
	struct people_entry e = log_in(h, "alice", PASSWORD);
	OK(h,
	    people_account_change(
	        &h->p, "test", &(struct people_account_form){.name_cstr = "alice", .role_cstr = "candidate"}, &h->diag));
	assert_int_equal(who(h, e.secret_cstr, &p), 1);
	assert_false(person_may(&p, RIGHT_ALERT_READ));
	assert_true(p.exercises_only);
	OK(h,
	    people_account_change(
	        &h->p, "test", &(struct people_account_form){.name_cstr = "alice", .active_cstr = "no"}, &h->diag));
	assert_int_equal(who(h, e.secret_cstr, &p), 0);
}

/* By an import, or somebody who has the database in hand: what would let in is still there. */
static void
an_account_that_others_closed_lets_nobody_in(void **state)
{
	struct house *h = *state;
	struct person owner, p;
	struct people_entry link_in;
	struct dossier_token t;
	struct dossier_account a;
	struct addr from = host(1);
	char token[PEOPLE_SECRET_MAX], link[PEOPLE_SECRET_MAX];
	add_with_password(h, "alice", "expert");
	struct people_entry e = log_in(h, "alice", PASSWORD);
	assert_int_equal(people_find(&h->p, "alice", &owner, &h->diag), 1);
	struct people_account_token form = {
	    .name_cstr = "x", .rights = BYTES("incident.read"), .now_ns = h->now, .expires_ns = h->now + 10 * SECOND};
	OK(h, people_account_add_token(&h->p, &owner, &form, &t, token, &h->diag));
	OK(h, people_account_link(&h->p, "test", "alice", h->now, link, &h->diag));
	assert_int_equal(dossier_account_find(h->d, "alice", &a, &h->diag), 1);
	a.active = false;
	OK(h, dossier_account_put(h->d, &a, &h->diag));
	OK(h, dossier_end(h->d, &h->diag));
	assert_int_equal(who(h, e.secret_cstr, &p), 0);
	assert_int_equal(people_token(&h->p, bytes_of_cstr(token), h->now, &p, &h->diag), 0);
	assert_int_equal(people_find(&h->p, "alice", &p, &h->diag), 0);
	OK(h, people_link_in(&h->p, bytes_of_cstr(link), &from, h->now, &link_in, &h->diag));
	assert_int_equal(link_in.answer, PEOPLE_REFUSED);
	assert_int_equal(log_in(h, "alice", PASSWORD).answer, PEOPLE_REFUSED);
}

static void
a_token_has_the_rights_it_was_given_as_long_as_its_account_has_them(void **state)
{
	struct house *h = *state;
	struct person owner, p;
	struct dossier_token t, other;
	char secret[PEOPLE_SECRET_MAX];
	add(h, "alice", "expert");
	assert_int_equal(people_find(&h->p, "alice", &owner, &h->diag), 1);
	struct people_account_token form = {.name_cstr = "supervision",
	    .rights = BYTES("incident.read alert.read"),
	    .now_ns = h->now,
	    .expires_ns = h->now + 10 * SECOND};
	OK(h, people_account_add_token(&h->p, &owner, &form, &t, secret, &h->diag));
	assert_int_equal(people_token(&h->p, bytes_of_cstr(secret), h->now, &p, &h->diag), 1);
	assert_string_equal(p.token_cstr, t.id_cstr);
	assert_int_equal(p.rights, RIGHT_BIT(RIGHT_INCIDENT_READ) | RIGHT_BIT(RIGHT_ALERT_READ));
	/* It makes no other tokens, whatever its rights. */
	assert_int_equal(people_account_add_token(&h->p, &p, &form, &other, secret, &h->diag), -EACCES);
	OK(h,
	    people_account_change(
	        &h->p, "test", &(struct people_account_form){.name_cstr = "alice", .role_cstr = "manager"}, &h->diag));
	assert_int_equal(people_token(&h->p, bytes_of_cstr(secret), h->now, &p, &h->diag), 1);
	assert_int_equal(p.rights, RIGHT_BIT(RIGHT_INCIDENT_READ));
	assert_int_equal(people_token(&h->p, bytes_of_cstr(secret), h->now + 10 * SECOND, &p, &h->diag), 0);
	assert_int_equal(people_account_end_token(&h->p, "test", "bob", t.id_cstr, &h->diag), -ENOENT); /* not his */
	OK(h, people_account_end_token(&h->p, "test", "alice", t.id_cstr, &h->diag));
	assert_int_equal(people_token(&h->p, bytes_of_cstr(secret), h->now, &p, &h->diag), 0);
}

static void
a_token_with_more_or_for_longer_is_refused(void **state)
{
	struct house *h = *state;
	struct person owner;
	struct dossier_token t;
	char secret[PEOPLE_SECRET_MAX];
	add(h, "alice", "expert");
	assert_int_equal(people_find(&h->p, "alice", &owner, &h->diag), 1);
	int64_t hour = 3600 * SECOND;
	struct {
		const char *name_cstr, *rights_cstr;
		int64_t expires_ns;
	} rows[] = {{"x", "user.admin", h->now + hour}, {"x", "incident.read user.admin", h->now + hour},
	    {"x", "", h->now + hour}, {"x", "incident.delete", h->now + hour}, {"", "incident.read", h->now + hour},
	    {"two\nlines", "incident.read", h->now + hour}, {"x", "incident.read", h->now},
	    {"x", "incident.read", h->now + ((int64_t)h->cheap.token_s_max + 1) * SECOND}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct people_account_token form = {.name_cstr = rows[i].name_cstr,
		    .rights = bytes_of_cstr(rows[i].rights_cstr),
		    .now_ns = h->now,
		    .expires_ns = rows[i].expires_ns};
		assert_int_equal(people_account_add_token(&h->p, &owner, &form, &t, secret, &h->diag), -EINVAL);
	}
}

/* The code that the telephone shows. */
static const char *
code_at(const char *base32_cstr, int64_t now_ns)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	static char text[8];
	uint8_t secret[TOTP_SECRET] = {0};
	uint32_t held = 0, bits = 0;
	size_t n = 0;
	for (const char *c = base32_cstr; *c != '\0'; c++) {
		held = held << 5 | (uint32_t)(strchr(letters, *c) - letters);
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			secret[n++] = (uint8_t)(held >> bits);
			held &= (1U << bits) - 1;
		}
	}
	snprintf(text, sizeof(text), "%06u", totp_code(secret, sizeof(secret), now_ns / SECOND / TOTP_STEP_S));
	return text;
}

static void
a_code_on_paper_that_cannot_be_looked_up_leaves_nothing_begun(void **state)
{
	struct house *h = *state;
	struct people_totp_offer offer;
	struct people_totp_codes codes;
	struct people_entry entry;
	add_with_password(h, "alice", "expert");
	OK(h, people_totp_begin(&h->p, "alice", &offer, &h->diag));
	OK(h,
	    people_totp_confirm(
	        &h->p, "alice", bytes_of_cstr(code_at(offer.secret_cstr, h->now)), h->now, &codes, &h->diag));
	execute(h->f, "DROP TABLE recovery_code");
	struct people_attempt attempt = {.name = BYTES("alice"),
	    .password = BYTES(PASSWORD),
	    .code = bytes_of_cstr(codes.code_cstr[0]),
	    .address = host(1),
	    .now_ns = h->now};
	assert_true(people_log_in(&h->p, &attempt, &entry, &h->diag) < 0);
	struct dossier *other = open_ok(h->f, DOSSIER_WRITE); /* nobody waits for a turn that was not given back */
	assert_int_equal(dossier_begin(other, &h->diag), 0);
	dossier_cancel(other);
	close_ok(h->f, other);
}

static void
codes_are_asked_for_once_one_was_given_and_each_is_good_once(void **state)
{
	struct house *h = *state;
	struct people_totp_offer offer;
	struct people_totp_codes codes;
	add_with_password(h, "alice", "expert");
	OK(h, people_totp_begin(&h->p, "alice", &offer, &h->diag));
	assert_int_equal(log_in(h, "alice", PASSWORD).answer, PEOPLE_IN); /* not in force yet */
	assert_int_equal(people_totp_confirm(&h->p, "alice", BYTES("000000"), h->now, &codes, &h->diag), -EACCES);
	OK(h,
	    people_totp_confirm(
	        &h->p, "alice", bytes_of_cstr(code_at(offer.secret_cstr, h->now)), h->now, &codes, &h->diag));
	assert_int_equal(people_totp_begin(&h->p, "alice", &offer, &h->diag), -EEXIST);

	assert_int_equal(log_in(h, "alice", PASSWORD).answer, PEOPLE_NEEDS_CODE);
	assert_int_equal(log_in(h, "alice", "wrong password").answer, PEOPLE_REFUSED); /* tells nothing of codes */
	assert_int_equal(
	    log_in_from(h, 1, "alice", PASSWORD, code_at(offer.secret_cstr, h->now)).answer, PEOPLE_REFUSED); /* used */
	h->now += TOTP_STEP_S * SECOND;
	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, "000000").answer, PEOPLE_REFUSED);
	assert_int_equal(
	    log_in_from(h, 1, "alice", "wrong password", code_at(offer.secret_cstr, h->now)).answer, PEOPLE_REFUSED);
	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, code_at(offer.secret_cstr, h->now)).answer, PEOPLE_IN);
	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, code_at(offer.secret_cstr, h->now)).answer, PEOPLE_REFUSED);

	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, codes.code_cstr[3]).answer, PEOPLE_IN);
	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, codes.code_cstr[3]).answer, PEOPLE_REFUSED);
	assert_int_equal(people_totp_remove(&h->p, "alice", bytes_of_cstr(codes.code_cstr[3]), h->now, &h->diag), -EACCES);
	OK(h, people_totp_remove(&h->p, "alice", bytes_of_cstr(codes.code_cstr[4]), h->now, &h->diag));
	assert_int_equal(log_in(h, "alice", PASSWORD).answer, PEOPLE_IN);
}

static void
a_link_stands_for_the_password_and_not_for_the_telephone(void **state)
{
	struct house *h = *state;
	struct people_totp_offer offer;
	struct people_totp_codes codes;
	struct people_entry e, next;
	char link[PEOPLE_SECRET_MAX];
	struct addr from = host(1);
	struct person p;
	add_with_password(h, "alice", "expert");
	OK(h, people_totp_begin(&h->p, "alice", &offer, &h->diag));
	OK(h,
	    people_totp_confirm(
	        &h->p, "alice", bytes_of_cstr(code_at(offer.secret_cstr, h->now)), h->now, &codes, &h->diag));
	OK(h, people_account_link(&h->p, "test", "alice", h->now, link, &h->diag));
	OK(h, people_link_in(&h->p, bytes_of_cstr(link), &from, h->now, &e, &h->diag));
	struct people_account_password change = {.secret = bytes_of_cstr(e.secret_cstr),
	    .new = BYTES("seven soups for the cat"),
	    .address = from,
	    .now_ns = h->now};
	OK(h, people_account_change_password(&h->p, &change, &next, &h->diag));
	assert_int_equal(next.answer, PEOPLE_NEEDS_CODE);
	assert_int_equal(who(h, e.secret_cstr, &p), 0);
	assert_int_equal(log_in(h, "alice", "seven soups for the cat").answer, PEOPLE_NEEDS_CODE);
}

static void
the_secret_of_codes_is_bound_to_its_account_and_its_key(void **state)
{
	struct house *h = *state;
	struct people_totp_offer offer;
	struct people_totp_codes codes;
	add_with_password(h, "alice", "expert");
	add_with_password(h, "mallory", "expert");
	OK(h, people_totp_begin(&h->p, "alice", &offer, &h->diag));
	OK(h,
	    people_totp_confirm(
	        &h->p, "alice", bytes_of_cstr(code_at(offer.secret_cstr, h->now)), h->now, &codes, &h->diag));
	h->now += TOTP_STEP_S * SECOND;
	/* Whoever may write the database puts a secret of their own into another's row. */
	struct dossier_credential c, other;
	OK(h, dossier_account_credential(h->d, "ACC-alice", &c, &h->diag));
	OK(h, dossier_account_credential(h->d, "ACC-mallory", &other, &h->diag));
	memcpy(other.totp, c.totp, sizeof(c.totp));
	other.totp_len = c.totp_len;
	other.totp_confirmed = true;
	OK(h, dossier_account_set_credential(h->d, "ACC-mallory", &other, &h->diag));
	OK(h, dossier_end(h->d, &h->diag));
	assert_int_equal(log_in_from(h, 1, "mallory", PASSWORD, code_at(offer.secret_cstr, h->now)).answer, PEOPLE_REFUSED);
}

static void
codes_on_paper_still_work_when_the_key_went(void **state)
{
	struct house *h = *state;
	struct people_totp_offer offer;
	struct people_totp_codes codes;
	add_with_password(h, "alice", "expert");
	OK(h, people_totp_begin(&h->p, "alice", &offer, &h->diag));
	OK(h,
	    people_totp_confirm(
	        &h->p, "alice", bytes_of_cstr(code_at(offer.secret_cstr, h->now)), h->now, &codes, &h->diag));
	h->now += TOTP_STEP_S * SECOND;
	assert_int_equal(unlink(path_of(h->f, "people.key")), 0);
	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, code_at(offer.secret_cstr, h->now)).answer, PEOPLE_REFUSED);
	assert_int_equal(log_in_from(h, 1, "alice", PASSWORD, codes.code_cstr[0]).answer, PEOPLE_IN);
}

static void
a_key_that_others_may_read_is_refused(void **state)
{
	struct house *h = *state;
	struct people_totp_offer offer;
	add(h, "alice", "expert");
	OK(h, people_totp_begin(&h->p, "alice", &offer, &h->diag));
	struct stat st;
	assert_int_equal(stat(path_of(h->f, "people.key"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(chmod(path_of(h->f, "people.key"), 0644), 0);
	assert_int_equal(people_totp_begin(&h->p, "alice", &offer, &h->diag), -EACCES);
}

static void
the_first_start_has_a_link_until_somebody_has_a_password(void **state)
{
	struct house *h = *state;
	struct people_entry e, next;
	struct person p;
	char link[PEOPLE_SECRET_MAX], again[PEOPLE_SECRET_MAX];
	struct addr from = host(1);
	assert_int_equal(people_account_first(&h->p, h->now, link, &h->diag), 1);
	assert_int_equal(people_account_first(&h->p, h->now, again, &h->diag), 1); /* started again before it was used */
	OK(h, people_link_in(&h->p, bytes_of_cstr(link), &from, h->now, &e, &h->diag));
	assert_int_equal(e.answer, PEOPLE_REFUSED);
	OK(h, people_link_in(&h->p, bytes_of_cstr(again), &from, h->now, &e, &h->diag));
	assert_int_equal(e.answer, PEOPLE_IN);
	struct people_account_password change = {.secret = bytes_of_cstr(e.secret_cstr),
	    .new = BYTES("seven soups for the cat"),
	    .address = from,
	    .now_ns = h->now};
	OK(h, people_account_change_password(&h->p, &change, &next, &h->diag));
	assert_int_equal(who(h, next.secret_cstr, &p), 1);
	assert_true(person_may(&p, RIGHT_USER_ADMIN));
	assert_false(person_may(&p, RIGHT_INCIDENT_READ));
	assert_int_equal(people_account_first(&h->p, h->now, link, &h->diag), 0);
}

static void
somebody_is_always_left_who_gives_out_accounts(void **state)
{
	struct house *h = *state;
	add(h, "one", "admin");
	add(h, "two", "admin");
	struct people_account_form close_one = {.name_cstr = "one", .active_cstr = "no"},
	                           turn_two = {.name_cstr = "two", .role_cstr = "expert"};
	OK(h, people_account_change(&h->p, "test", &close_one, &h->diag));
	assert_int_equal(people_account_change(&h->p, "test", &turn_two, &h->diag), -EINVAL);
	OK(h,
	    people_account_change(
	        &h->p, "test", &(struct people_account_form){.name_cstr = "one", .active_cstr = "yes"}, &h->diag));
	OK(h, people_account_change(&h->p, "test", &turn_two, &h->diag));
}

static void
forms_that_make_no_sense_are_refused(void **state)
{
	struct house *h = *state;
	add(h, "alice", "expert");
	char long_name[PERSON_DISPLAY_MAX + 1];
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[sizeof(long_name) - 1] = '\0';
	const struct people_account_form rows[] = {{.name_cstr = "Alice", .role_cstr = "expert"}, {.name_cstr = "bob"},
	    {.name_cstr = "bob", .role_cstr = "root"}, {.name_cstr = "bob", .role_cstr = "expert", .language_cstr = "de"},
	    {.name_cstr = "bob", .role_cstr = "expert", .display_cstr = "two\nlines"},
	    {.name_cstr = "bob", .role_cstr = "expert", .display_cstr = ""},
	    {.name_cstr = "bob", .role_cstr = "expert", .display_cstr = long_name},
	    {.name_cstr = "bob", .role_cstr = "expert", .active_cstr = "perhaps"}};
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		assert_int_equal(people_account_add(&h->p, "test", &rows[i], h->now, &h->diag), -EINVAL);
	assert_int_equal(people_account_add(&h->p, "test",
	                     &(struct people_account_form){.name_cstr = "alice", .role_cstr = "expert"}, h->now, &h->diag),
	    -EEXIST);
}

static void
the_journal_tells_who_came_and_cannot_be_filled_by_strangers(void **state)
{
	struct house *h = *state;
	add_with_password(h, "alice", "expert");
	for (unsigned i = 0; i < 200; i++) {
		(void)log_in_from(h, i, "alice", "wrong password", "");
		(void)log_in_from(h, 300 + i, "nobody at all", "wrong password", "");
	}
	assert_int_equal(log_in_from(h, 900, "alice", PASSWORD, "").answer, PEOPLE_WAIT); /* in that rain a stranger waits */
	h->now += 60 * SECOND;
	struct people_entry e = log_in_from(h, 900, "alice", PASSWORD, "");
	OK(h, people_log_out(&h->p, bytes_of_cstr(e.secret_cstr), &h->diag));
	close_ok(h->f, h->d);
	h->d = NULL;
	assert_int_equal(
	    count(h->f, "SELECT count(*) FROM journal WHERE action = 'log-in-refused' AND object = 'ACC-alice'"), 1);
	assert_int_equal(count(h->f, "SELECT count(*) FROM journal WHERE action = 'log-in-refused'"), 3);
	assert_int_equal(count(h->f, "SELECT count(*) FROM journal WHERE action = 'log-in' AND who = 'alice'"), 1);
	assert_int_equal(count(h->f, "SELECT count(*) FROM journal WHERE action = 'log-out' AND who = 'alice'"), 1);
	/* People type passwords where names go. */
	assert_int_equal(
	    count(h->f, "SELECT count(*) FROM journal WHERE after LIKE '%nobody%' OR object LIKE '%nobody%'"), 0);
	struct verified v = {0};
	struct dossier *d = open_ok(h->f, DOSSIER_READ);
	OK(h, dossier_verify(d, NULL, &v.verdict, see_finding, &v, &h->diag));
	assert_int_equal(v.verdict.findings, 0);
	close_ok(h->f, d);
}

/* Or the time that a line takes to reach the disk would tell which accounts there are. */
static void
a_refusal_writes_the_same_whatever_the_name(void **state)
{
	struct house *h = *state;
	static const char lines[] = "SELECT count(*) FROM journal WHERE action = 'log-in-refused'";
	add_with_password(h, "alice", "expert");
	(void)log_in_from(h, 1, "alice", "wrong password", "");
	assert_int_equal(count(h->f, lines), 1);
	for (unsigned i = 2; i < 12; i++) {
		(void)log_in_from(h, i, i % 2 == 0 ? "alice" : "nobody", "wrong password", "");
		assert_int_equal(count(h->f, lines), 1);
	}
	h->now += 3600 * SECOND; /* what was counted, and the first one of this hour */
	(void)log_in_from(h, 1, "nobody", "wrong password", "");
	assert_int_equal(count(h->f, lines), 4);
	assert_int_equal(
	    count(h->f, "SELECT count(*) FROM journal WHERE object = 'ACC-alice' AND after LIKE '%\"refused\":6%'"), 1);
	assert_int_equal(
	    count(h->f, "SELECT count(*) FROM journal WHERE object = 'people' AND after = '{\"refused\":5}'"), 1);
	OK(h, people_close(&h->p, &h->diag));
	assert_int_equal(
	    count(h->f, "SELECT count(*) FROM journal WHERE object = 'people' AND after = '{\"refused\":1}'"), 1);
	OK(h, people_close(&h->p, &h->diag));
	assert_int_equal(count(h->f, lines), 5);
}

static void
a_refused_log_in_leaves_no_transaction_open(void **state)
{
	struct house *h = *state;
	struct people_totp_offer offer;
	struct people_totp_codes codes;
	add_with_password(h, "alice", "expert");
	OK(h, people_totp_begin(&h->p, "alice", &offer, &h->diag));
	OK(h,
	    people_totp_confirm(
	        &h->p, "alice", bytes_of_cstr(code_at(offer.secret_cstr, h->now)), h->now, &codes, &h->diag));
	(void)log_in_from(h, 1, "alice", PASSWORD, "AAAA-BBBB-CCCC-DDDD");
	(void)log_in_from(h, 1, "alice", PASSWORD, "AAAA-BBBB-CCCC-DDDD");
	(void)log_in_from(h, 1, "alice", "wrong password", "");
	struct dossier *other = open_ok(h->f, DOSSIER_WRITE);
	dossier_account_sign(other, "test");
	struct dossier_account a = {.name_cstr = "bob", .display_cstr = "bob", .role_cstr = "expert", .active = true};
	OK(h, dossier_account_put(other, &a, &h->diag)); /* does not wait for the first one */
	close_ok(h->f, other);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, build, raze)
	const struct CMUnitTest both[] = {
	    TEST(who_knows_the_password_comes_in_and_is_known_by_the_session),
	    TEST(who_does_not_is_told_the_same_whatever_is_wrong),
	    TEST(a_nul_in_the_name_is_not_the_account_before_it),
	    TEST(who_guesses_waits_and_who_always_comes_from_there_does_not),
	    TEST(a_neighbour_behind_the_same_address_shuts_nobody_out),
	    TEST(sessions_end_when_nobody_acts_and_at_the_latest_in_the_evening),
	    TEST(the_oldest_session_ends_when_there_are_too_many),
	    TEST(another_password_ends_all_sessions),
	    TEST(a_session_that_was_left_open_is_no_way_to_try_passwords),
	    TEST(a_link_lets_in_once_and_only_to_set_a_password),
	    TEST(links_are_too_late_after_a_day_and_for_closed_accounts),
	    TEST(one_secret_is_not_another),
	    TEST(rights_are_those_of_today),
	    TEST(an_account_that_others_closed_lets_nobody_in),
	    TEST(a_token_has_the_rights_it_was_given_as_long_as_its_account_has_them),
	    TEST(a_token_with_more_or_for_longer_is_refused),
	    TEST(a_code_on_paper_that_cannot_be_looked_up_leaves_nothing_begun),
	    TEST(codes_are_asked_for_once_one_was_given_and_each_is_good_once),
	    TEST(a_link_stands_for_the_password_and_not_for_the_telephone),
	    TEST(the_secret_of_codes_is_bound_to_its_account_and_its_key),
	    TEST(the_first_start_has_a_link_until_somebody_has_a_password),
	    TEST(somebody_is_always_left_who_gives_out_accounts),
	    TEST(forms_that_make_no_sense_are_refused),
	    TEST(the_journal_tells_who_came_and_cannot_be_filled_by_strangers),
	    TEST(a_refusal_writes_the_same_whatever_the_name),
	    TEST(a_refused_log_in_leaves_no_transaction_open),
	};
	const struct CMUnitTest in_a_folder[] = {
	    TEST(codes_on_paper_still_work_when_the_key_went),
	    TEST(a_key_that_others_may_read_is_refused),
	};
	return RUN_DOSSIER_TESTS(both, in_a_folder);
}
