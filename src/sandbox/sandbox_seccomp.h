/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sandbox/sandbox_seccomp.h - the allowed system calls of each role. */
#ifndef SANDBOX_SANDBOX_SECCOMP_H
#define SANDBOX_SANDBOX_SECCOMP_H

#include "sandbox/sandbox.h"

/* 0 or -errno. A call outside the role's list ends the process (a build with sanitizers first prints its number). */
MUST_USE int sandbox_seccomp_enter(enum sandbox_role role);

#endif
