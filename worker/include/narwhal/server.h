/**
 * Hooks of the server: functions that a module exports under these names and that are called at the turns of a
 * server's life, Gunicorn's hooks as far as they make sense here. Any number of them, from any app; they are called in
 * the order in which apps are mounted. None of them can fail.
 *
 *	#include <narwhal/server.h>
 *
 *	void narwhal_post_worker_init(const struct nw_server *server, const struct nw_worker *worker)
 *	{
 *		nw_app_log('i', "worker %d of %s is about to serve", (int)worker->pid, server->name);
 *	}
 *
 * What Gunicorn calls pre_request and post_request is nw_app_before() and nw_app_after().
 */
#ifndef NARWHAL_SERVER_H
#define NARWHAL_SERVER_H

#include <sys/types.h>

#include <narwhal/abi.h>

struct nw_server {
	pid_t pid;           /* the master's */
	const char *name;    /* proc_name, or the first app; valid during the call */
	unsigned generation; /* 1, and another one after each reload */
	unsigned n_workers;  /* that there should be */
};

struct nw_worker {
	pid_t pid;         /* 0: it is not forked yet */
	unsigned long age; /* 1, 2, ... in the order of their forks */
	int status;        /* in child_exit: how it ended, for WIFEXITED() and the others of wait(2) */
};

/*
 * In the master, which loads apps under preload_app only: without it, these are not called, and the log says so. The
 * master supervises and waits for nobody, so they take microseconds, start no threads, and hold nothing that a fork
 * would break.
 */

/** The server starts: addresses are bound, nobody accepts yet. */
NW_API void narwhal_on_starting(const struct nw_server *server);
/** A worker serves, the first one since the start. */
NW_API void narwhal_when_ready(const struct nw_server *server);
/** A new generation, whose app this is, has proved itself and takes over. */
NW_API void narwhal_on_reload(const struct nw_server *server);
/** How many workers there should be: @now, @before (0 at the start). */
NW_API void narwhal_nworkers_changed(const struct nw_server *server, unsigned now, unsigned before);
/** A worker is about to be forked. */
NW_API void narwhal_pre_fork(const struct nw_server *server, const struct nw_worker *worker);
/** A worker is gone. */
NW_API void narwhal_child_exit(const struct nw_server *server, const struct nw_worker *worker);
/** In the child that is about to become the new master of an upgrade (USR2). */
NW_API void narwhal_pre_exec(const struct nw_server *server);
/** The server ends: no worker is left. */
NW_API void narwhal_on_exit(const struct nw_server *server);

/* In the worker that they are about. */

/** It is forked. Under preload_app still with the user and group of the master; else once its apps are loaded. */
NW_API void narwhal_post_fork(const struct nw_server *server, const struct nw_worker *worker);
/** Its apps are initialised, and it is about to serve. */
NW_API void narwhal_post_worker_init(const struct nw_server *server, const struct nw_worker *worker);
/** It was told to leave at once (INT, QUIT); handlers may be running. On the event loop. */
NW_API void narwhal_worker_int(const struct nw_server *server, const struct nw_worker *worker);
/**
 * It did not give a sign of life for `timeout` and is about to die. In a signal handler, wherever the worker got stuck:
 * what signal-safety(7) allows, and nothing else.
 */
NW_API void narwhal_worker_abort(const struct nw_server *server, const struct nw_worker *worker);
/** It has served; its apps' fini are next, unless it was told to leave at once and handlers still run. */
NW_API void narwhal_worker_exit(const struct nw_server *server, const struct nw_worker *worker);

#endif
