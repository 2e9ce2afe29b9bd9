/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/ask_secret.h"

#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

enum { CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, CTRL_U = 21, RUBOUT = 127 };

/* A whole character goes, however many bytes it has. */
static size_t
shorten(const char *text, size_t len)
{
	while (len > 0 && ((uint8_t)text[len - 1] & 0xc0) == 0x80)
		len--;
	return len > 0 ? len - 1 : 0;
}

/* Byte by byte, so that nothing typed behind the line is lost to the next question. Backspace works and Ctrl-C comes as a byte, since
 * the terminal does neither for us here. */
static int
read_line(bool is_terminal, char *out, size_t size)
{
	size_t len = 0;
	for (;;) {
		char c;
		ssize_t n = read(STDIN_FILENO, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : len > 0 ? (int)len : -ENODATA;
		if (c == '\n' || (is_terminal && (c == '\r' || c == CTRL_D)))
			return len > 0 ? (int)len : -ENODATA;
		if (is_terminal && c == CTRL_C)
			return -EINTR;
		if (is_terminal && (c == RUBOUT || c == BACKSPACE || c == CTRL_U)) {
			len = c == CTRL_U ? 0 : shorten(out, len);
			continue;
		}
		if (len == size)
			return -E2BIG;
		out[len++] = c;
	}
}

int
ask_secret(const char *question_cstr, char *out, size_t size, struct diag *diag)
{
	struct termios before, quiet;
	bool is_terminal = tcgetattr(STDIN_FILENO, &before) == 0;
	if (is_terminal) {
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON | ISIG);
		quiet.c_cc[VMIN] = 1;
		quiet.c_cc[VTIME] = 0;
		if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) < 0)
			return diag_say(diag, -errno, "%s", text_error(errno));
		fputs(question_cstr, stderr); /* only now: whoever answers fast is not shown either */
		(void)fflush(stderr);
	}
	int r = read_line(is_terminal, out, size);
	if (is_terminal) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputc('\n', stderr);
	}
	if (r >= 0)
		return r;
	explicit_bzero(out, size);
	return diag_say(diag, r, "%s",
	    r == -ENODATA     ? _("no password was typed: nothing was changed")
	        : r == -EINTR ? _("interrupted: nothing was changed")
	        : r == -E2BIG ? _("this password is too long")
	                      : text_error(-r));
}
