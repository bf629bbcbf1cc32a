#include "worker/crash.h"

#include <execinfo.h>
#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include "common/proc.h"
#include "common/scoreboard.h"
#include "worker/crash_line.h"
#include "worker/http/exchange.h"

enum {
	FRAMES = 64,
	MODULES = 128, /* whose addresses are known; others are shown as they are */
	STACK = 64 * 1024,
	SHOWN = 300, /* bytes of a path */
	GIVE_UP_S = 5,
};

static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};

struct module {
	uintptr_t base, begin, end;
	char name[128];
};

/* Of the process: a handler has no argument that could lead to it. */
static struct {
	struct module modules[MODULES];
	_Atomic unsigned n_modules;
	_Atomic pid_t dying; /* the thread that is at it; 0: none */
} crash;

/* --- before --- */

static void note_name(struct module *module, const char *name)
{
	/* The program itself has none; a module that was loaded anew goes by its descriptor. */
	const char *path = name[0] == '\0' ? "/proc/self/exe" : name;
	ssize_t len =
		strncmp(path, "/proc/self/", 11) == 0 ? readlink(path, module->name, sizeof(module->name) - 1) : -1;

	if (len > 0) {
		module->name[len] = '\0';
		return;
	}
	size_t n = strnlen(path, sizeof(module->name) - 1);

	memcpy(module->name, path, n);
	module->name[n] = '\0';
}

static int on_module(struct dl_phdr_info *info, size_t size, void *arg)
{
	unsigned *n = arg;
	struct module *module = &crash.modules[*n];

	(void)size;
	if (*n == MODULES) {
		return 1;
	}
	*module = (struct module){.base = info->dlpi_addr, .begin = UINTPTR_MAX};
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];
		uintptr_t begin = info->dlpi_addr + part->p_vaddr;

		if (part->p_type == PT_LOAD) {
			module->begin = begin < module->begin ? begin : module->begin;
			module->end = begin + part->p_memsz > module->end ? begin + part->p_memsz : module->end;
		}
	}
	note_name(module, info->dlpi_name);
	(*n)++;
	return 0;
}

void nw_crash_learn(void)
{
	unsigned n = 0;

	crash.n_modules = 0;
	dl_iterate_phdr(on_module, &n);
	crash.n_modules = n;
}

/* --- in the handler --- */

static void add_exchange(struct nw_crash_line *line, struct nw_exchange *x)
{
	char id[NW_TRACE_ID_MAX];
	size_t id_len = nw_trace_id_into(x, id);
	struct nw_span path = nw_head_span(&x->head, x->head.path);

	nw_crash_line_escape(line, nw_head_span(&x->head, x->head.method));
	nw_crash_line_add(line, " ");
	nw_crash_line_escape(line, (struct nw_span){path.p, path.len < SHOWN ? path.len : SHOWN});
	nw_crash_line_add(line, " (request id ");
	nw_crash_line_escape(line, (struct nw_span){id, id_len});
	nw_crash_line_add(line, ")");
	/* For what the master tells of the loop, whose record has no more than the route. */
	nw_board_thread_put(nw_board_thread_own->id, NW_BOARD_ID / 8, (struct nw_span){id, id_len});
}

static void say_what(int sig, const siginfo_t *info)
{
	static const char *const roles[] = {"a thread", "the event loop", "a handler thread", "a store thread"};
	struct nw_board_thread_view view;
	struct nw_crash_line line;

	nw_board_thread_view(nw_board_thread_own, &view);
	struct nw_exchange *x = view.phase == NW_PHASE_IDLE ? NULL : NW_READ(nw_board_thread_own->subject);

	nw_crash_line_begin(&line);
	nw_crash_line_add(&line, "SIG");
	nw_crash_line_add(&line, sigabbrev_np(sig));
	if (sig != SIGABRT && info->si_code > 0) {
		nw_crash_line_add(&line, " at address ");
		nw_crash_line_hex(&line, (uintptr_t)info->si_addr);
	}
	nw_crash_line_add(&line, " in ");
	nw_crash_line_add(&line, roles[view.role]);
	if (x != NULL) {
		nw_crash_line_add(&line, ": ");
		add_exchange(&line, x);
	}
	nw_crash_line_end(&line);
}

static void say_frame(unsigned i, uintptr_t at, bool is_return)
{
	struct nw_crash_line line;
	uintptr_t code = at - is_return; /* the call, not what comes after it */
	unsigned n = crash.n_modules;

	nw_crash_line_begin(&line);
	nw_crash_line_add(&line, "  #");
	nw_crash_line_number(&line, i);
	nw_crash_line_add(&line, " ");
	for (unsigned k = 0; k < n; k++) {
		const struct module *module = &crash.modules[k];

		if (code >= module->begin && code < module->end) {
			nw_crash_line_add(&line, module->name);
			nw_crash_line_add(&line, " ");
			code -= module->base;
			break;
		}
	}
	nw_crash_line_hex(&line, code);
	nw_crash_line_end(&line);
}

static uintptr_t counter_of(const void *context)
{
#if defined(__x86_64__)
	return (uintptr_t)((const ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return (uintptr_t)((const ucontext_t *)context)->uc_mcontext.pc;
#else
	(void)context;
	return 0;
#endif
}

/* From where the signal struck; the handler itself is of no interest. */
static void say_where(const void *context)
{
	void *frames[FRAMES];
	int n = backtrace(frames, FRAMES), first = 0;
	uintptr_t counter = counter_of(context);

	while (first < n && (uintptr_t)frames[first] != counter) {
		first++;
	}
	if (first == n) { /* a jump into nowhere leads back to nobody: all there is, and the address itself */
		say_frame(0, counter, false);
		first = 0;
	}
	for (int i = first; i < n; i++) {
		say_frame((unsigned)(i - first), (uintptr_t)frames[i], i > first);
	}
}

static void on_fatal_signal(int sig, siginfo_t *info, void *context)
{
	pid_t nobody = 0, self = gettid();

	if (atomic_compare_exchange_strong(&crash.dying, &nobody, self)) {
		alarm(GIVE_UP_S); /* if this gets stuck, it is the end all the same */
		say_what(sig, info);
		say_where(context);
	} else if (nobody != self) {
		for (;;) {
			pause(); /* another thread is dying for all */
		}
	}
	/* Its default action by now: takes place as soon as this returns, with the stack as it was. */
	raise(sig);
}

static bool is_handled(int sig)
{
	struct sigaction now;

	return sigaction(sig, NULL, &now) == -1 || (now.sa_flags & SA_SIGINFO) != 0 || now.sa_handler != SIG_DFL;
}

void nw_crash_begin(void)
{
	struct sigaction action = {
		.sa_sigaction = on_fatal_signal,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | (int)SA_RESETHAND,
	};
	void *frames[1];

	(void)backtrace(frames, 1); /* loads what it needs: not in the handler, then */
	nw_crash_line_learn();
	nw_crash_learn();
	(void)nw_crash_stack_open(); /* as long as the process */
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < NW_ARRAY_LEN(signals); i++) {
		if (!is_handled(signals[i])) {
			sigaction(signals[i], &action, NULL);
		}
	}
}

void *nw_crash_stack_open(void)
{
	stack_t now, stack = {.ss_size = STACK};

	if (sigaltstack(NULL, &now) == -1 || (now.ss_flags & SS_DISABLE) == 0) {
		return NULL; /* a sanitizer's */
	}
	stack.ss_sp = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (stack.ss_sp == MAP_FAILED) {
		return NULL;
	}
	sigaltstack(&stack, NULL);
	return stack.ss_sp;
}

void nw_crash_stack_close(void *stack)
{
	const stack_t none = {.ss_flags = SS_DISABLE};

	if (stack != NULL) {
		sigaltstack(&none, NULL);
		munmap(stack, STACK);
	}
}
