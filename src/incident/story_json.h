/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/story_json.h - what alerts tell, for programs: the sentences in the language asked for, the words never translated. */
#ifndef INCIDENT_STORY_JSON_H
#define INCIDENT_STORY_JSON_H

#include "core/json.h"
#include "core/text.h"
#include "record/incident.h"

/* `key` as in core/json.h. */
void story_json_incident(struct json *j, struct bytes key, const struct incident *incident, enum language language);
/* The title of what a detector finds; its name when it has none. */
const char *story_json_title(enum language language, const char *detector_cstr);

#endif
