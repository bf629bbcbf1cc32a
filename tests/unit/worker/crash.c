#include "worker/crash.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/log.h"
#include "common/scoreboard.h"
#include "tests/unit/unit.h"
#include "worker/crash_line.h"
#include "worker/http/exchange.h"

static char said[65536];

/* What a child says in its log that does @what; its exit status. */
static int die(void (*what)(void))
{
	char path[] = "/tmp/nw-crash-XXXXXX";
	int fd = mkstemp(path), status = 0;
	pid_t pid = fork();

	ck_assert_int_ne(fd, -1);
	if (pid == 0) {
		const struct rlimit no_core = {0, 0};
		struct nw_err err = {0};

		setrlimit(RLIMIT_CORE, &no_core);
		if (nw_log_open(path, NW_LEVEL_INFO, &err) == 0) {
			struct nw_board *board = nw_board_new();

			signal(SIGABRT, SIG_DFL); /* the test runner has its own */
			nw_board_thread_begin(board, nw_board_claim(board, 1));
			nw_crash_begin();
			what();
		}
		_exit(99);
	}
	waitpid(pid, &status, 0);
	ssize_t len = read(fd, said, sizeof(said) - 1);

	said[len < 0 ? 0 : len] = '\0';
	close(fd);
	unlink(path);
	return status;
}

static void expect(const char *text)
{
	ck_assert_msg(strstr(said, text) != NULL, "no '%s' in:\n%s", text, said);
}

START_TEST(abort_is_told_with_a_backtrace_and_stays_an_abort)
{
	int status = die(abort);

	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	expect("[CRITICAL] SIGABRT in the event loop\n");
	expect("[CRITICAL]   #0 ");
	expect("test-worker-crash 0x");
}
END_TEST

static void abort_in_request(void)
{
	static char head[] = "POST /it\"ems/1?q=2";
	struct nw_exchange x = {
		.head = {.base = head, .method = {0, 4}, .path = {5, 9}, .len = sizeof(head) - 1},
		.trace = {.worker = 1, .request = 2},
	};

	NW_GAUGE(nw_board_thread_own->doing, NW_BOARD_DOING(NW_PHASE_HANDLER, 0));
	NW_GAUGE(nw_board_thread_own->subject, &x);
	abort();
}

START_TEST(the_request_is_named)
{
	die(abort_in_request);
	expect("SIGABRT in the event loop: POST /it\\\"ems/1 (request id ");
}
END_TEST

/* Sanitizers have handlers of their own for faults; what follows is theirs then. */
static bool is_handled(int sig)
{
	struct sigaction now;

	sigaction(sig, NULL, &now);
	return now.sa_handler != SIG_DFL;
}

/* In variables, or the compiler would see what is coming. */
static int *volatile nowhere = (int *)8;
static int (*volatile again)(volatile char *before);

static void write_nowhere(void)
{
	*nowhere = 1;
}

START_TEST(a_fault_is_told_with_its_address)
{
	if (is_handled(SIGSEGV)) {
		return;
	}
	int status = die(write_nowhere);

	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	expect("[CRITICAL] SIGSEGV at address 0x8 in the event loop\n");
	expect("  #0 ");
}
END_TEST

static int sink;

static int overflow(volatile char *before)
{
	volatile char room[4096];

	room[0] = room[1] = before[0];
	sink = again(room) + room[1];
	return sink;
}

static void *thread_main(void *arg)
{
	char first = 0;

	(void)arg;
	(void)nw_crash_stack_open();
	again = overflow;
	overflow(&first);
	return NULL;
}

static void overflow_in_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, thread_main, NULL);
	pthread_join(thread, NULL);
}

START_TEST(a_stack_that_is_used_up_can_still_say_so)
{
	if (is_handled(SIGSEGV)) {
		return;
	}
	int status = die(overflow_in_thread);

	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	expect("[CRITICAL] SIGSEGV at address 0x");
}
END_TEST

static void write_line(void)
{
	struct nw_crash_line line;

	nw_crash_line_begin(&line);
	NW_LOG_CRITICAL("one %d", 42);
	nw_crash_line_add(&line, "one ");
	nw_crash_line_number(&line, 42);
	nw_crash_line_end(&line);
	nw_crash_line_begin(&line);
	for (int i = 0; i < 1000; i++) {
		nw_crash_line_escape(&line, (struct nw_span){"a\n", 2});
	}
	nw_crash_line_end(&line);
}

START_TEST(a_line_looks_as_all_others_do_and_is_cut)
{
	setenv("TZ", "Asia/Kolkata", 1);
	die(write_line);
	unsetenv("TZ");
	char *second = strchr(said, '\n') + 1, *third = strchr(second, '\n') + 1;

	/* But for the seconds, which may have gone on. */
	ck_assert_int_eq(strncmp(said, second, 18), 0);
	ck_assert_int_eq(strncmp(said + 20, second + 20, (size_t)(second - said) - 20), 0);
	ck_assert_uint_eq(strlen(third), sizeof(((struct nw_crash_line *)0)->text));
	expect("a\\x0Aa\\x0A");
}
END_TEST

NW_TEST_MAIN("worker/crash", abort_is_told_with_a_backtrace_and_stays_an_abort, the_request_is_named,
	     a_fault_is_told_with_its_address, a_stack_that_is_used_up_can_still_say_so,
	     a_line_looks_as_all_others_do_and_is_cut)
