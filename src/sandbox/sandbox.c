/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "sandbox/sandbox.h"

#include "core/auto.h"
#include "core/text.h"
#include "sandbox/sandbox_seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (UINT64_C(1) << 14) /* ABI 3 */
#endif

static int
landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	return abi < 0 ? 0 : (int)abi;
}

/* All rights on files that this kernel's Landlock knows. */
static uint64_t
all_rights(int abi)
{
	uint64_t rights = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE |
	    LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
	    LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
	    LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
	    LANDLOCK_ACCESS_FS_MAKE_SYM;
	if (abi >= 2)
		rights |= LANDLOCK_ACCESS_FS_REFER;
	if (abi >= 3)
		rights |= LANDLOCK_ACCESS_FS_TRUNCATE;
	return rights;
}

static uint64_t
folder_rights(int abi)
{
	return all_rights(abi) &
	    ~(uint64_t)(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK |
	        LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM);
}

static int
open_folder(int ruleset, const char *folder_cstr, uint64_t rights, struct diag *diag)
{
	AUTO_CLOSE int folder = open(folder_cstr, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		return diag_say(diag, -errno, _("cannot open the folder %s"), folder_cstr);
	struct landlock_path_beneath_attr beneath = {.allowed_access = rights, .parent_fd = folder};
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0)
		return diag_say(diag, -errno, _("the file sandbox (Landlock) refused the folder %s"), folder_cstr);
	return 0;
}

static int
enter_landlock(int abi, const char *folder_cstr, const char *other_cstr, bool writes, struct diag *diag)
{
	struct landlock_ruleset_attr attr = {.handled_access_fs = all_rights(abi)};
	AUTO_CLOSE int ruleset = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (ruleset < 0)
		return diag_say(diag, -errno, _("the file sandbox (Landlock) refused its rules"));
	int r = folder_cstr != NULL ? open_folder(ruleset, folder_cstr, folder_rights(abi), diag) : 0;
	if (r == 0 && other_cstr != NULL)
		r = open_folder(ruleset, other_cstr,
		    writes ? folder_rights(abi) : LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR, diag);
	if (r < 0)
		return r;
	if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		return diag_say(diag, -errno, _("the file sandbox (Landlock) could not be entered"));
	return 0;
}

int
sandbox_enter(enum sandbox_role role, const char *folder_cstr, struct diag *diag)
{
	return sandbox_enter_beside(role, folder_cstr, NULL, false, diag);
}

int
sandbox_enter_beside(enum sandbox_role role, const char *folder_cstr, const char *other_cstr, bool writes, struct diag *diag)
{
	int active = 0;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return diag_say(diag, -errno, _("the kernel cannot give up privileges"));
	active |= SANDBOX_NO_NEW_PRIVILEGES;
	(void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* a core would hold other people's packets */
	/* glibc opens /proc/sys/vm/overcommit_memory when the arena of a thread shrinks; the sensor may open nothing. */
	(void)mallopt(M_ARENA_MAX, 1);
	int abi = landlock_abi();
	if (abi > 0) {
		int r = enter_landlock(abi, folder_cstr, other_cstr, writes, diag);
		if (r < 0)
			return r;
		active |= SANDBOX_LANDLOCK;
	}
	int r = sandbox_seccomp_enter(role);
	if (r < 0)
		return diag_say(diag, r, _("the system call filter (seccomp) could not be entered"));
	return active | SANDBOX_SECCOMP;
}

int
sandbox_limit(uint64_t memory_bytes, unsigned seconds)
{
	struct rlimit memory = {memory_bytes, memory_bytes}, time = {seconds, seconds};
	if (!SANDBOX_SANITIZED && setrlimit(RLIMIT_AS, &memory) < 0)
		return -errno;
	return setrlimit(RLIMIT_CPU, &time) < 0 ? -errno : 0;
}

int
sandbox_probe(int *abi)
{
	*abi = landlock_abi();
	int layers = SANDBOX_NO_NEW_PRIVILEGES;
	if (*abi > 0)
		layers |= SANDBOX_LANDLOCK;
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0)
		layers |= SANDBOX_SECCOMP;
	return layers;
}
