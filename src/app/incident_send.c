/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_send.h"

#include "app/courier.h"
#include "cli/dossier_folder.h"
#include "connect/ticket.h"
#include "core/auto.h"
#include "core/civil.h"
#include "core/terminal.h"
#include "desk/desk_file.h"
#include "dossier/dossier_account.h"
#include "dossier/dossier_digest.h"
#include "report/veil.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { PATH_MAX_ = 600, ID_DIGITS = 16, SECOND_NS = 1000000000 };

static struct {
	struct arena arena;
	struct connectors connectors;
	const struct connector *connector;
	int courier; /* the end of its channel; -1: none was started */
} sending = {.courier = -1};

/* ---- Before the sandbox ---- */

static int
find_file(const struct incident_session *s, char out[static PATH_MAX_], struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	char place_cstr[VERB_READING_FOLDER_MAX];
	if (o->connectors_cstr != NULL)
		return snprintf(out, PATH_MAX_, "%s", o->connectors_cstr) < PATH_MAX_ ? 0 : -ENAMETOOLONG;
	int r = dossier_folder_find(o->dossier_cstr, o->language, place_cstr, sizeof(place_cstr), diag);
	if (r == 0 && dossier_is_remote(place_cstr))
		r = diag_say(
		    diag, -EINVAL, "%s", _("a dossier on a server has no connectors.yaml: give one with --connectors FILE"));
	if (r == 0)
		(void)snprintf(out, PATH_MAX_, "%s/connectors.yaml", place_cstr);
	return r;
}

static int
read_connectors(const char *path_cstr, struct diag *diag)
{
	AUTO_CLOSE int fd = open(path_cstr, O_RDONLY | O_CLOEXEC);
	struct stat st;
	if (fd < 0 && errno == ENOENT)
		return diag_say_at(diag, -ENOENT, path_cstr, UINT64_MAX, "%s",
		    _("there is no such file: beffroi-incident(1) tells what to write into it"));
	if (fd < 0 || fstat(fd, &st) < 0)
		return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
	if ((st.st_mode & 077) != 0)
		return diag_say_at(diag, -EACCES, path_cstr, UINT64_MAX, "%s",
		    _("others may read it, and it holds secrets: chmod 600 it, and change the secrets"));
	uint8_t *room = arena_take(&sending.arena, CONNECTORS_BYTES_MAX + 1, 1);
	ssize_t n = room == NULL ? -1 : read(fd, room, CONNECTORS_BYTES_MAX + 1);
	if (n < 0 || n > CONNECTORS_BYTES_MAX)
		return diag_say_at(diag, -EFBIG, path_cstr, UINT64_MAX, "%s", text_error(n < 0 ? errno : EFBIG));
	return connectors_read(&sending.arena, (struct bytes){room, (size_t)n}, path_cstr, &sending.connectors, diag);
}

int
incident_send_prepare(struct incident_session *s, struct diag *diag)
{
	char path[PATH_MAX_];
	enum connector_kind kind = connectors_kind(s->v.options.words[2]);
	if (kind == CONNECTOR_KINDS)
		return diag_say(diag, -EINVAL, "%s", _("say where to: beffroi incident send ID glpi | webhook"));
	int r = arena_init(&sending.arena, 4 << 20);
	if (r < 0)
		return desk_no_memory(diag);
	r = find_file(s, path, diag);
	if (r == 0)
		r = read_connectors(path, diag);
	if (r == 0 && !sending.connectors.has[kind])
		r = diag_say_at(diag, -ENOENT, path, UINT64_MAX, _("it has no %s: beffroi-incident(1) tells what to write"),
		    connectors_word(kind));
	if (r < 0)
		return r;
	sending.connector = &sending.connectors.connector[kind];
	if (s->v.options.dry_run)
		return 0;
	sending.courier = courier_start(diag);
	return sending.courier < 0 ? sending.courier : 0;
}

/* ---- What is sent ---- */

/* Whom the record knows by name. */
static void
hide_people(struct veil *veil, const struct case_file *file)
{
	static const char *const names[] = {"owner", "reporter", "aware_by", "recorded_by", "contact", "from", "to", "by"};
	for (size_t i = 0; i <= file->item_count; i++) {
		const struct case_item *item = i == 0 ? &file->incident : &file->items[i - 1];
		for (size_t n = 0; n < LENGTH_OF(names); n++)
			veil_person(veil, bytes_of_cstr(case_file_value(item, names[n])));
		if (item->by_cstr != NULL)
			veil_person(veil, bytes_of_cstr(item->by_cstr));
	}
	if (file->story->alerts == 0)
		return;
	veil_machine(veil, &file->story->attacker, (struct bytes){0});
	for (size_t i = 0; i < file->story->victim_count; i++)
		veil_machine(veil, &file->story->victims[i], (struct bytes){0});
}

static const char *
over(struct incident_session *s, struct veil *veil, const char *text_cstr)
{
	if (veil == NULL)
		return text_cstr;
	struct bytes shown = veil_over(veil, &s->arena, bytes_of_cstr(text_cstr));
	return desk_text(&s->desk, "%.*s", (int)shown.len, (const char *)shown.at);
}

static const char *
address(struct incident_session *s, struct veil *veil, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];
	(void)addr_write(a, text);
	return over(s, veil, desk_text(&s->desk, "%s", text));
}

static void
fill_story(struct incident_session *s, struct veil *veil, const struct case_file *file, struct ticket *t)
{
	const struct incident *story = file->story;
	if (story->alerts == 0)
		return;
	t->alerts = story->alerts;
	t->first_s = story->first_ns / SECOND_NS;
	t->last_s = story->last_ns / SECOND_NS;
	t->attacker_cstr = address(s, veil, &story->attacker);
	for (size_t i = 0; i < story->victim_count && i < TICKET_VICTIMS_MAX; i++)
		t->victims[t->victim_count++] = address(s, veil, &story->victims[i]);
}

static int
fill(struct incident_session *s, const struct case_file *file, struct ticket *t, struct diag *diag)
{
	const struct case_item *i = &file->incident;
	struct veil hidden, *veil = sending.connector->personal ? NULL : &hidden;
	struct desk_deadline deadline;
	if (veil != NULL && veil_start(veil, &s->arena, s->v.options.language) < 0)
		return desk_no_memory(diag);
	if (veil != NULL)
		hide_people(veil, file);
	*t = (struct ticket){.id_cstr = i->id_cstr,
	    .title_cstr = over(s, veil, desk_file_title(&s->desk, file)),
	    .category_cstr = case_file_value(i, "category"),
	    .state_cstr = case_file_value(i, "state"),
	    .tlp_cstr = case_file_value(i, "tlp"),
	    .pap_cstr = case_file_value(i, "pap"),
	    .severity = desk_file_severity(file),
	    .is_exercise = case_file_says(i, "exercise", "yes"),
	    .deadline_cstr = desk_file_next_deadline(&s->desk, file, &deadline) ? desk_utc(&s->desk, deadline.due_s) : "",
	    .owner_cstr = veil == NULL ? case_file_value(i, "owner") : "",
	    .description_cstr = over(s, veil, case_file_value(i, "description"))};
	(void)case_file_time(i, "happened", &t->happened_s);
	(void)case_file_time(i, "seen", &t->seen_s);
	(void)case_file_time(i, "aware", &t->aware_s);
	fill_story(s, veil, file, t);
	return veil != NULL && veil->full ? desk_no_memory(diag) : 0;
}

/* The number behind "glpi ", which an earlier sending left. */
static const char *
known_ticket(const struct case_file *file)
{
	const char *ticket_cstr = case_file_value(&file->incident, "ticket");
	return sending.connector->kind == CONNECTOR_GLPI && strncmp(ticket_cstr, "glpi ", 5) == 0 ? ticket_cstr + 5 : "";
}

/* The same content has the same name, so that a receiver who has it already knows it again. */
static const char *
name_of(struct incident_session *s, const struct case_file *file, const struct ticket *t)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	char digits[ID_DIGITS + 1];
	char *room = arena_take(&s->arena, TICKET_ROOM, 1);
	struct json j = json_of(room, room == NULL ? 0 : TICKET_ROOM);
	ticket_write_webhook(&j, t, 0);
	dossier_digest_sha256(json_written(&j), digest);
	dossier_digest_text(digest, ID_DIGITS, digits);
	return desk_text(&s->desk, "%s-%s", file->incident.id_cstr, digits);
}

static int
pack(struct incident_session *s, const struct case_file *file, struct delivery_parcel *out, struct diag *diag)
{
	struct ticket *t = arena_new(&s->arena, struct ticket, 1);
	char *room = arena_take(&s->arena, TICKET_ROOM, 1);
	if (t == NULL || room == NULL)
		return desk_no_memory(diag);
	int r = fill(s, file, t, diag);
	if (r < 0)
		return r;
	struct json j = json_of(room, TICKET_ROOM);
	*out = (struct delivery_parcel){.known_cstr = known_ticket(file), .now_s = s->now_ns / SECOND_NS};
	if (sending.connector->kind == CONNECTOR_GLPI)
		ticket_write_glpi(&j, t, out->known_cstr, s->v.options.language);
	else
		ticket_write_webhook(&j, t, out->now_s);
	out->id_cstr = name_of(s, file, t);
	out->body = json_written(&j);
	return json_ok(&j) ? 0 : diag_say(diag, -E2BIG, "%s", _("this incident is too large to be sent"));
}

/* ---- Showing, sending, writing it down ---- */

static int
show(struct incident_session *s, const struct delivery_parcel *parcel, struct diag *diag)
{
	static struct delivery_request request;
	int r = delivery_preview(sending.connector, parcel, &request, diag);
	if (r < 0)
		return r;
	struct json *j = s->v.json;
	if (j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("method"), request.method_cstr);
		json_cstr(j, JSON_KEY("url"), request.url_cstr);
		json_open_array(j, JSON_KEY("headers"));
		for (size_t i = 0; i < request.header_count; i++)
			json_cstr(j, (struct bytes){0}, request.header_cstr[i]);
		json_close_array(j);
		json_raw(j, JSON_KEY("body"), request.body);
		json_close_object(j);
		json_newline(j);
		return 0;
	}
	fputs(text_in(s->v.options.language, N_("This would be sent, and nothing was:\n\n")), stdout);
	printf("%s %s\n", request.method_cstr, request.url_cstr);
	for (size_t i = 0; i < request.header_count; i++)
		printf("%s\n", request.header_cstr[i]);
	fputc('\n', stdout);
	incident_session_say(s, desk_text(&s->desk, "%.*s", (int)request.body.len, (const char *)request.body.at));
	fputc('\n', stdout);
	return 0;
}

/* In one turn: the line of the log, the ticket, and the journal's line that something left. */
static int
write_down(
    struct incident_session *s, const struct case_file *file, const struct delivery_receipt *receipt, struct diag *diag)
{
	const char *word_cstr = connectors_word(sending.connector->kind);
	const char *name_cstr = receipt->reference_cstr[0] == '\0' ? sending.connector->host_cstr : receipt->reference_cstr;
	struct case_field text[] = {{"text", desk_text(&s->desk, _("Sent to %s: %s"), word_cstr, name_cstr)}},
	                  ticket[] = {{"ticket", desk_text(&s->desk, "glpi %s", receipt->reference_cstr)}};
	struct case_item log = {.kind_cstr = "log",
	    .incident_cstr = file->incident.id_cstr,
	    .by_cstr = s->who_cstr,
	    .at_ns = s->now_ns,
	    .field_count = LENGTH_OF(text),
	    .fields = text};
	struct case_item change = {.id_cstr = file->incident.id_cstr,
	    .kind_cstr = "incident",
	    .incident_cstr = file->incident.id_cstr,
	    .by_cstr = s->who_cstr,
	    .at_ns = s->now_ns,
	    .field_count = LENGTH_OF(ticket),
	    .fields = ticket};
	log.id_cstr = desk_new_id(&s->desk, "LOG-", text[0].value_cstr);
	int r = dossier_begin(s->v.dossier, diag);
	if (r == 0)
		r = dossier_case_put(s->v.dossier, &log, diag);
	if (r == 0 && receipt->is_new)
		r = dossier_case_put(s->v.dossier, &change, diag);
	if (r == 0)
		r = dossier_account_tell(s->v.dossier, s->who_cstr, "sent", file->incident.id_cstr,
		    desk_text(&s->desk, "{\"to\":\"%s\"}", word_cstr), diag);
	return r == 0 ? dossier_end(s->v.dossier, diag) : r;
}

static void
tell(struct incident_session *s, const struct case_file *file, const struct delivery_receipt *receipt)
{
	struct json *j = s->v.json;
	if (j == NULL) {
		printf(text_in(s->v.options.language,
		           receipt->reference_cstr[0] == '\0' ? N_("%s  is sent to %s\n") : N_("%s  is sent to %s: %s\n")),
		    file->incident.id_cstr, connectors_word(sending.connector->kind), receipt->reference_cstr);
		return;
	}
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("id"), file->incident.id_cstr);
	json_cstr(j, JSON_KEY("to"), connectors_word(sending.connector->kind));
	json_cstr(j, JSON_KEY("reference"), receipt->reference_cstr);
	json_u64(j, JSON_KEY("requests"), receipt->attempts);
	json_bool(j, JSON_KEY("new"), receipt->is_new);
	json_close_object(j);
	json_newline(j);
}

int
incident_send(struct incident_session *s, struct diag *diag)
{
	struct case_file file;
	struct delivery_parcel parcel;
	struct delivery_receipt receipt;
	int r = desk_file_load(&s->desk, s->v.options.words[1], &file, NULL, diag);
	if (r == 0)
		r = ticket_may_leave(sending.connector, case_file_value(&file.incident, "tlp"),
		    case_file_value(&file.incident, "restricted_to"), diag);
	if (r == 0)
		r = pack(s, &file, &parcel, diag);
	if (r == 0 && s->v.options.dry_run)
		return show(s, &parcel, diag);
	struct courier_order order = {.language = s->v.options.language, .connector = *sending.connector, .parcel = parcel};
	if (r == 0)
		r = courier_send(sending.courier, &order, &receipt, diag);
	if (r == 0)
		r = write_down(s, &file, &receipt, diag);
	if (r == 0)
		tell(s, &file, &receipt);
	return r;
}
