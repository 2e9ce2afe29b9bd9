/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/diag.h"

#include <stdarg.h>
#include <stdio.h>

int
diag_say(struct diag *diag, int error, const char *format, ...)
{
	if (diag == NULL)
		return error;
	va_list list;
	va_start(list, format);
	vsnprintf(diag->text_cstr, sizeof(diag->text_cstr), format, list);
	va_end(list);
	diag->file_cstr[0] = '\0';
	diag->offset = UINT64_MAX;
	diag->line = diag->column = 0;
	return error;
}

int
diag_say_at(struct diag *diag, int error, const char *file_cstr, uint64_t offset, const char *format, ...)
{
	if (diag == NULL)
		return error;
	va_list list;
	va_start(list, format);
	vsnprintf(diag->text_cstr, sizeof(diag->text_cstr), format, list);
	va_end(list);
	snprintf(diag->file_cstr, sizeof(diag->file_cstr), "%s", file_cstr);
	diag->offset = offset;
	diag->line = diag->column = 0;
	return error;
}
