/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The threat of stakeholders: the nearer to the centre, the greater. The circles are the zones. */
#include "report/picture.h"
#include "report/pictures.h"

#include <math.h>
#include <stdio.h>

enum { RADIUS = 200, CENTRE_X = 220, CENTRE_Y = 212, HEIGHT = 424, LIST_X = 445, LIST_MAX = 29 };

/* How far from the centre a threat is: falls with it, and never reaches 0. Threats are in ten-thousandths. */
static int
distance_of(int64_t threat)
{
	return (int)lround(RADIUS / (1.0 + (double)threat / 10000.0));
}

static void
draw_zones(struct markup *m, const struct pictures_words *w, const struct pictures_radar *radar)
{
	static const char *const shades[] = {"#e9f3ec", "#fdf0dc", "#f8d5d8"};
	static const char *const names[] = {N_("to watch"), N_("to control"), N_("danger")};
	picture_dot(m, CENTRE_X, CENTRE_Y, RADIUS, PICTURE_WHITE, PICTURE_LINE_INK);
	for (size_t i = 0; i < LENGTH_OF(radar->thresholds); i++) {
		int radius = distance_of(radar->thresholds[i]);
		picture_dot(m, CENTRE_X, CENTRE_Y, radius, shades[i], PICTURE_LINE_INK);
		picture_text(m,
		    &(struct picture_text){CENTRE_X, CENTRE_Y - radius + 12, 100, PICTURE_MIDDLE, PICTURE_QUIET, false},
		    text_in(w->language, names[i]));
	}
}

void
pictures_radar(struct markup *m, const struct pictures_words *w, const struct pictures_radar *radar)
{
	char label[200];
	picture_start(m, w->language, HEIGHT, w->title_cstr, w->what_cstr);
	draw_zones(m, w, radar);
	for (size_t i = 0; i < radar->count; i++) {
		const struct pictures_radar_point *p = &radar->points[i];
		double angle = 2 * M_PI * (double)i / (double)radar->count;
		int r = distance_of(p->threat), x = CENTRE_X + (int)lround(r * sin(angle)),
		    y = CENTRE_Y - (int)lround(r * cos(angle));
		picture_dot(m, x, y, p->is_critical ? 7 : 5, p->is_critical ? PICTURE_RED : PICTURE_BLUE, PICTURE_WHITE);
		(void)snprintf(label, sizeof(label), "%zu", i + 1);
		picture_text(m, &(struct picture_text){x + 9, y + 4, 30, PICTURE_START, PICTURE_INK, p->is_critical}, label);
		if (i < LIST_MAX) {
			(void)snprintf(label, sizeof(label), "%zu  %.150s", i + 1, p->label_cstr);
			picture_text(m,
			    &(struct picture_text){LIST_X, 20 + (int)i * 14, PICTURE_WIDTH - LIST_X, PICTURE_START,
			        PICTURE_INK, p->is_critical},
			    label);
		}
	}
	if (radar->count > LIST_MAX) {
		(void)snprintf(label, sizeof(label), text_in(w->language, N_("and %zu more")), radar->count - LIST_MAX);
		picture_text(m,
		    &(struct picture_text){LIST_X, HEIGHT - 6, PICTURE_WIDTH - LIST_X, PICTURE_START, PICTURE_QUIET, false},
		    label);
	}
	picture_end(m);
}
