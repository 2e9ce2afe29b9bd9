/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/serve.h - `beffroi serve`: the parent of console and clerk. It opens the socket, starts both, starts again what ends, and
 * reads nothing of what people send. */
#ifndef APP_SERVE_H
#define APP_SERVE_H

int serve_main(int argc, char **argv);

#endif
