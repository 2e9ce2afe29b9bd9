/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The sentences of every detector. Short, plain, no reproach: what happened, why it matters here, what to do now. */
#include "record/alert_text.h"

static const struct alert_text alert_texts[] = {
    {
        .detector_cstr = "scan-horizontal",
        .title_cstr = N_("Search for machines to attack"),
        .what_cstr = N_("{source} tried port {target_port} on {targets} machines in {duration}."),
        .why_cstr = N_("This is how an intruder, or a worm, finds what it can attack next."),
        .todo_cstr = N_("Ask who uses {source}. If nobody launched a scan, unplug it from the network but leave it switched on, and look at the "
                        "machines that answered."),
    },
};

const struct alert_text *
alert_text_all(size_t *count)
{
	*count = LENGTH_OF(alert_texts);
	return alert_texts;
}
