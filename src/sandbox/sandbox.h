/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sandbox/sandbox.h - what each role may still do once it has started: less every step.
 *
 * sandbox_enter() in this order: no new privileges, no core dump, no new processes, Landlock (files),
 * seccomp (system calls). There is one readable table of calls per role in sandbox_seccomp.c. What this kernel
 * cannot do is reported, not hidden: `beffroi doctor` and the summary say it.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "core/bytes.h"
#include "core/diag.h"

enum sandbox_role {
	SANDBOX_SENSOR,    /* reads packets: opens nothing */
	SANDBOX_KEEPER,    /* owns the dossier: its folder, no network */
	SANDBOX_READER,    /* reads what other sensors wrote: opens nothing, takes what calls at its socket */
	SANDBOX_COLLECTOR, /* copies frames from libpcap to the sensor: opens nothing more */
	SANDBOX_COURIER,   /* carries a parcel over the Internet: opens nothing, only connects */
	SANDBOX_CLERK,     /* the dossier for the console: as the keeper, and memory files */
	SANDBOX_COMPILER,  /* makes databases of rules: computes, opens nothing */
	SANDBOX_CONSOLE,   /* speaks HTTP on the socket it was given: opens nothing, connects nowhere */
};

enum sandbox_layer { /* what is active, ORed */
	SANDBOX_NO_NEW_PRIVILEGES = 1,
	SANDBOX_LANDLOCK = 2,
	SANDBOX_SECCOMP = 4,
};

/* folder_cstr: the one folder the keeper may use, NULL for none. Returns the active layers, or a negative errno with
 * diag when a layer that this kernel has could not be entered: then the role must not go on. */
MUST_USE int sandbox_enter(enum sandbox_role role, const char *folder_cstr, struct diag *diag);

/* The same for a verb that carries something from or to one more folder: other_cstr may be read, and written where `writes`. */
MUST_USE int sandbox_enter_beside(
    enum sandbox_role role, const char *folder_cstr, const char *other_cstr, bool writes, struct diag *diag);

/* No more memory (addresses, in bytes) and no more seconds of work than this for the whole process; the address sanitizer, which maps
 * terabytes, has no limit on memory. 0 or -errno. */
MUST_USE int sandbox_limit(uint64_t memory_bytes, unsigned seconds);

/* What this kernel offers, for `doctor`: layers that would be active. */
int sandbox_probe(int *landlock_abi);

/* Starts this program again as a role: descriptors fds[i] become 3 + i, all others are closed. A role
 * ends when its channels do: SIGINT, SIGTERM and SIGHUP are ignored in it. Returns the pid or -errno. */
MUST_USE int sandbox_spawn(const char *role_cstr, const int *fds, size_t fd_count);

#endif
