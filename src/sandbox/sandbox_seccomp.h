/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sandbox/sandbox_seccomp.h - the allowed system calls of each role. */
#ifndef SANDBOX_SANDBOX_SECCOMP_H
#define SANDBOX_SANDBOX_SECCOMP_H

#include "sandbox/sandbox.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANDBOX_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANDBOX_SANITIZED 1
#endif
#endif
#ifndef SANDBOX_SANITIZED
#define SANDBOX_SANITIZED 0
#endif

/* 0 or -errno. A call outside the role's list ends the process (a build with sanitizers first prints its number). */
MUST_USE int sandbox_seccomp_enter(enum sandbox_role role);

#endif
