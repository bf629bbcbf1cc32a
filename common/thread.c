#include "common/thread.h"

#include <signal.h>

int nw_thread_start(pthread_t *out, void *(*run)(void *arg), void *arg)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
	sigset_t blocked, before;

	sigfillset(&blocked);
	for (size_t i = 0; i < NW_ARRAY_LEN(faults); i++) {
		sigdelset(&blocked, faults[i]);
	}
	/* A thread that is started now inherits it. */
	pthread_sigmask(SIG_SETMASK, &blocked, &before);
	int failed = pthread_create(out, NULL, run, arg);

	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return -failed;
}
