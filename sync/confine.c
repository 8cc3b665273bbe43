/* SPDX-License-Identifier: ISC */
#include "sync/confine.h"

#include "core/error.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { MACHINE = AUDIT_ARCH_X86_64 };
#elif defined(__aarch64__)
enum { MACHINE = AUDIT_ARCH_AARCH64 };
#else
enum { MACHINE = 0 }; /* no filter */
#endif

/* What it never does: run a program, open a file, look into a process, change
 * what the system is. */
static const unsigned forbidden[] = {
	SYS_execve,	SYS_execveat,	      SYS_openat,
	SYS_openat2,	SYS_ptrace,	      SYS_process_vm_readv,
	SYS_mount,	SYS_process_vm_writev, SYS_umount2,
	SYS_pivot_root, SYS_chroot,	      SYS_setns,
	SYS_unshare,	SYS_bpf,	      SYS_perf_event_open,
	SYS_keyctl,	SYS_add_key,	      SYS_request_key,
	SYS_renameat2,	SYS_linkat,	      SYS_symlinkat,
	SYS_mknodat,	SYS_userfaultfd,      SYS_io_uring_setup,
#ifdef __x86_64__
	SYS_open,	SYS_creat,	      SYS_rename,
	SYS_link,	SYS_symlink,	      SYS_mknod,
#endif
};

enum { FORBIDDEN = sizeof forbidden / sizeof *forbidden };

/* The sanitizers and the counters of a coverage build open files at the end. */
#if defined(__SANITIZE_ADDRESS__) || defined(HEARSAY_COUNTED)
static const bool filters = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
static const bool filters = false;
#else
static const bool filters = MACHINE != 0;
#endif
#else
static const bool filters = MACHINE != 0;
#endif

static bool limit(__rlimit_resource_t what, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(what, &now) != 0)
		return false;
	if (now.rlim_max > most)
		now.rlim_max = most;
	now.rlim_cur = now.rlim_max;
	return setrlimit(what, &now) == 0;
}

/* A root without capabilities is a user like others; a port below 1024 stays
 * possible. */
static bool drop_capabilities(void)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];
	const unsigned kept = 1U << CAP_NET_BIND_SERVICE;

	if (syscall(SYS_capget, &head, data) != 0)
		return false;
	data[0].effective &= kept;
	data[0].permitted &= kept;
	data[0].inheritable = 0;
	memset(&data[1], 0, sizeof data[1]);
	return syscall(SYS_capset, &head, data) == 0;
}

static bool ignore_signals(void)
{
	static const int ignored[] = {SIGINT, SIGHUP, SIGPIPE, SIGTSTP};
	struct sigaction action = {.sa_handler = SIG_IGN};
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof ignored / sizeof *ignored; i++)
		if (sigaction(ignored[i], &action, NULL) != 0)
			return false;
	return sigemptyset(&none) == 0 &&
	       sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

/* Forbidden calls fail with EPERM: a library that tries one as a convenience
 * goes on without. */
static bool filter_calls(void)
{
	static const struct sock_filter begin[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)MACHINE, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		/* The same calls under other numbers. */
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
	};
	enum { BEGIN = sizeof begin / sizeof *begin };
	struct sock_filter lines[BEGIN + 2 * FORBIDDEN + 1];
	struct sock_fprog program = {.filter = lines};
	unsigned short count = BEGIN;
	size_t i;

	memcpy(lines, begin, sizeof begin);
	for (i = 0; i < FORBIDDEN; i++) {
		lines[count++] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ | BPF_K, forbidden[i], 0, 1);
		lines[count++] = (struct sock_filter)BPF_STMT(
			BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	}
	lines[count++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
						      SECCOMP_RET_ALLOW);
	program.len = count;
	/* EINVAL: a kernel built without. */
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 ||
	       errno == EINVAL;
}

enum hear_code hear_confine(int keep, struct hear_err *err)
{
	(void)umask(077);
	/* Kernels before 5.9 cannot; the parent marks its files to be closed
	 * in any case. */
	(void)syscall(SYS_close_range, (unsigned)keep + 1, ~0U, 0U);
	if (!limit(RLIMIT_CORE, 0) ||
	    !limit(RLIMIT_NOFILE, HEAR_CONFINED_FILES) || !ignore_signals() ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    !drop_capabilities() || (filters && !filter_calls()))
		return hear_fail(err, HEAR_IO, "give up privileges: %s",
				 strerror(errno));
	return HEAR_OK;
}
