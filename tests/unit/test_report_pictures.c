/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Pictures of extremes: nothing, one thing, two hundred, names that are long, hostile, or one word without an end. In all of them
 * every text stays inside the picture and none lies on another. */
#include "test.h"

#include "report/picture.h"
#include "report/pictures.h"

#include <stdio.h>

enum { MANY = 200, BOXES_MAX = 4000, NAME_BYTES = 160 };

static struct zone *zone;
static char names[MANY][NAME_BYTES];

struct box {
	int left, right, top, bottom;
	struct bytes text;
};

static int
number_behind(struct bytes tag, const char *name_cstr)
{
	size_t at = bytes_find_all(tag, bytes_of_cstr(name_cstr));
	assert_true(at < tag.len);
	return (int)strtol((const char *)tag.at + at + strlen(name_cstr), NULL, 10);
}

static bool
has(struct bytes tag, struct bytes what)
{
	return bytes_find_all(tag, what) < tag.len;
}

/* Every <text> of the picture. It shares the table of widths with the writer, and nothing else. */
static size_t
find_boxes(struct bytes svg, struct box *out, int *height)
{
	size_t count = 0;
	*height = number_behind(svg, " height=\"");
	for (;;) {
		size_t at = bytes_find_all(svg, BYTES("<text "));
		if (at == svg.len)
			return count;
		svg = bytes_after(svg, at);
		struct bytes tag = bytes_first(svg, bytes_find(svg, '>')), text = bytes_after(svg, tag.len + 1);
		text = bytes_first(text, bytes_find_all(text, BYTES("</text>")));
		size_t title = bytes_find_all(text, BYTES("</title>"));
		if (title < text.len)
			text = bytes_after(text, title + strlen("</title>"));
		/* Escaped characters count as what they show. */
		char plain[1024];
		size_t n = 0;
		for (size_t i = 0; i < text.len && n < sizeof(plain); i++, n++) {
			plain[n] = (char)text.at[i];
			if (text.at[i] == '&') {
				plain[n] = 'w';
				i += bytes_find(bytes_after(text, i), ';');
			}
		}
		int width = picture_text_width((struct bytes){(const uint8_t *)plain, n}, has(tag, BYTES("bold"))) / 100;
		int x = number_behind(tag, " x=\""), y = number_behind(tag, " y=\"");
		int left = has(tag, BYTES("\"end\"")) ? x - width : has(tag, BYTES("\"middle\"")) ? x - width / 2 : x;
		assert_true(count < BOXES_MAX);
		out[count++] = (struct box){left, left + width, y - PICTURE_TEXT + 2, y + 1, text};
		svg = bytes_after(svg, tag.len);
	}
}

static void
check(struct markup *m, const char *why_cstr)
{
	static struct box boxes[BOXES_MAX];
	int height;
	assert_true(markup_ok(m));
	struct bytes svg = markup_written(m);
	assert_false(has(svg, BYTES("<script")));
	assert_true(has(svg, BYTES("<title>")) && has(svg, BYTES("<desc>")) && has(svg, BYTES("role=\"img\"")));
	size_t count = find_boxes(svg, boxes, &height);
	for (size_t i = 0; i < count; i++) {
		const struct box *a = &boxes[i];
		if (a->left < -1 || a->right > PICTURE_WIDTH + 1 || a->top < -2 || a->bottom > height)
			fail_msg("%s: outside the picture: %.*s (%d to %d, %d to %d of %d)", why_cstr, (int)a->text.len,
			    (const char *)a->text.at, a->left, a->right, a->top, a->bottom, height);
		for (size_t k = 0; k < i; k++) {
			const struct box *b = &boxes[k];
			if (a->left < b->right && b->left < a->right && a->top < b->bottom && b->top < a->bottom)
				fail_msg("%s: one on the other: %.*s and %.*s", why_cstr, (int)a->text.len,
				    (const char *)a->text.at, (int)b->text.len, (const char *)b->text.at);
		}
	}
	markup_free(m);
}

static const struct {
	size_t count;
	unsigned name; /* which kind of names */
	const char *why_cstr;
} cases[] = {{0, 0, "nothing"}, {1, 0, "one"}, {1, 1, "one, with a long name"}, {2, 2, "two, with one word without an end"},
    {7, 0, "a few"}, {7, 1, "a few, with long names"}, {40, 3, "forty, hostile"}, {MANY, 0, "two hundred"},
    {MANY, 1, "two hundred, with long names"}, {MANY, 2, "two hundred words without an end"},
    {MANY, 3, "two hundred, hostile"}};

static void
make_names(unsigned kind)
{
	static const char *const kinds[] = {"cause",
	    "the password of the server was in a list of common words, as it is each time, number",
	    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
	    "</text><script>alert(1)</script> & \"quoted\" \xff\x01 \xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97 \xe2\x80\xaetxt"};
	for (size_t i = 0; i < MANY; i++)
		(void)snprintf(names[i], sizeof(names[i]), "%s %zu", kinds[kind], i);
}

#define WORDS(title)                                      \
	{                                                 \
		LANGUAGE_FR, zone, title, "what it shows" \
	}
#define EACH_CASE                                         \
	for (size_t c = 0; c < LENGTH_OF(cases); c++) {   \
		size_t count = cases[c].count;            \
		const char *why_cstr = cases[c].why_cstr; \
		struct markup m = {0};                    \
		make_names(cases[c].name);
#define END_CASE             \
	check(&m, why_cstr); \
	}

static void
a_timeline_has_room_for_its_labels(void **state)
{
	(void)state;
	static struct pictures_moment moments[MANY];
	static const int64_t steps[] = {0, 1, 60, 86400}; /* all at once, close together, and far apart */
	for (size_t s = 0; s < LENGTH_OF(steps); s++) {
		EACH_CASE
		for (size_t i = 0; i < count; i++)
			moments[i] = (struct pictures_moment){
			    1793095200 + (int64_t)i * steps[s] + (i > count / 2 ? 40 * steps[s] : 0), names[i],
			    i % 3 == 0 ? 1 + (unsigned)i % 4 : 0, i % 5 == 1};
		const struct pictures_words w = WORDS("Frise");
		pictures_timeline(&m, &w, moments, count);
		END_CASE
	}
}

static void
a_matrix_has_room_for_its_chips(void **state)
{
	(void)state;
	static const char *chips[MANY];
	static struct pictures_row rows[MANY];
	EACH_CASE
	for (size_t i = 0; i < count; i++)
		chips[i] = names[i];
	for (size_t i = 0; i < count; i++)
		rows[i] = (struct pictures_row){names[i], chips, i == 0 ? count : i % 4};
	const struct pictures_words w = WORDS("Matrice");
	pictures_matrix(&m, &w, rows, count);
	END_CASE
}

static void
bars_have_room_for_their_labels(void **state)
{
	(void)state;
	static struct pictures_bar bars[MANY * 3];
	static const uint64_t values[] = {0, 1, UINT64_MAX / 2};
	for (size_t v = 0; v < LENGTH_OF(values); v++) {
		EACH_CASE
		for (size_t i = 0; i < count; i++)
			bars[i] = (struct pictures_bar){
			    names[i], values[v] * (i % 7) / 6, values[v] * (i % 3) / 6, names[(i * 7) % MANY]};
		const struct pictures_words w = WORDS("Trafic");
		pictures_bars(&m, &w, bars, count);
		END_CASE
	}
	for (size_t i = 0; i < LENGTH_OF(bars); i++)
		bars[i] = (struct pictures_bar){"27/11", i, 0, "1 234"};
	struct markup m = {0};
	const struct pictures_words w = WORDS("Trafic");
	pictures_bars(&m, &w, bars, LENGTH_OF(bars));
	check(&m, "more bars than fit");
}

static void
a_map_has_room_for_its_names(void **state)
{
	(void)state;
	static struct pictures_arrow arrows[MANY];
	EACH_CASE
	for (size_t i = 0; i < count; i++)
		arrows[i] = (struct pictures_arrow){names[i / 3], names[i], i * i, (unsigned)i % 5};
	const struct pictures_words w = WORDS("Carte");
	pictures_map(&m, &w, arrows, count);
	END_CASE
}

static void
a_fishbone_has_room_for_its_causes(void **state)
{
	(void)state;
	static const char *texts[MANY];
	static bool roots[MANY];
	EACH_CASE
	struct pictures_bone bones[8];
	for (size_t i = 0; i < count; i++) {
		texts[i] = names[i];
		roots[i] = i % 2 == 0;
	}
	for (size_t i = 0; i < LENGTH_OF(bones); i++)
		bones[i] = (struct pictures_bone){names[i], texts, roots, i % 2 == 0 ? count : count / 2};
	const struct pictures_words w = WORDS("Causes");
	pictures_fishbone(&m, &w, names[1], bones, count == 1 ? 1 : LENGTH_OF(bones));
	END_CASE
}

static void
a_tree_has_room_for_its_boxes(void **state)
{
	(void)state;
	static struct pictures_node nodes[MANY];
	for (size_t shape = 1; shape <= 4; shape++) {
		EACH_CASE
		for (size_t i = 0; i < count; i++)
			nodes[i] = (struct pictures_node){names[i],
			    i < shape        ? SIZE_MAX
			        : shape == 4 ? i - 1
			                     : (i - shape) / shape,
			    i % 3 == 0, false};
		const struct pictures_words w = WORDS("Arbre");
		pictures_tree(&m, &w, names[0], nodes, count);
		END_CASE
	}
}

static void
clocks_have_room_for_their_words(void **state)
{
	(void)state;
	static struct pictures_clock clocks[MANY];
	EACH_CASE
	for (size_t i = 0; i < count; i++)
		clocks[i] = (struct pictures_clock){names[i], names[i], names[i], 1000, 1000 + (int64_t)i * 100,
		    1000 + (int64_t)(i * i), (enum pictures_clock_state)(i % 4)};
	const struct pictures_words w = WORDS("Horloges");
	pictures_clocks(&m, &w, clocks, count);
	END_CASE
}

static void
what_does_not_fit_is_counted(void **state)
{
	(void)state;
	static struct pictures_node nodes[MANY];
	struct markup m = {0};
	make_names(0);
	for (size_t i = 0; i < MANY; i++)
		nodes[i] = (struct pictures_node){names[i], SIZE_MAX, false, false};
	const struct pictures_words w = {LANGUAGE_EN, zone, "Tree", "what"};
	pictures_tree(&m, &w, "problem", nodes, MANY);
	assert_true(has(markup_written(&m), BYTES("Causes that are not drawn: 160.")));
	markup_free(&m);
}

static int
start(void **state)
{
	(void)state;
	struct diag diag;
	return zone_open(&zone, "Europe/Paris", &diag);
}

static int
end(void **state)
{
	(void)state;
	zone_free(zone);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_timeline_has_room_for_its_labels),
	    cmocka_unit_test(a_matrix_has_room_for_its_chips),
	    cmocka_unit_test(bars_have_room_for_their_labels),
	    cmocka_unit_test(a_map_has_room_for_its_names),
	    cmocka_unit_test(a_fishbone_has_room_for_its_causes),
	    cmocka_unit_test(a_tree_has_room_for_its_boxes),
	    cmocka_unit_test(clocks_have_room_for_their_words),
	    cmocka_unit_test(what_does_not_fit_is_counted),
	};
	return cmocka_run_group_tests(tests, start, end);
}
