/**
 * One loaded configuration and what it holds open: settings, listening sockets, pidfile, preloaded apps. A reload
 * opens the next one beside the one that serves; what both have (an address, the pidfile) is borrowed by the next
 * until nw_generation_adopt() moves it over. Freeing one closes and removes what it owns, and only that.
 */
#ifndef NW_MASTER_GENERATION_H
#define NW_MASTER_GENERATION_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/boot.h"
#include "common/err.h"
#include "common/listener.h"
#include "common/settings.h"

struct nw_endpoint {
	struct nw_addr addr; /* as asked for; its port may be 0 */
	char text[128];      /* as logged, with the port that it got */
	int fd;              /* -1: none */
	bool is_borrowed;    /* the serving generation's */
	bool is_activated;   /* a service manager's: it takes the place of `bind`, and stays after us */
	dev_t dev;           /* a unix socket's file, so that only this one is unlinked; ino 0: none of ours */
	ino_t ino;
};

/** Another master, of the program before or after an upgrade, that has our sockets too. */
enum nw_partner {
	NW_PARTNER_NONE,
	NW_PARTNER_OLDER, /* our parent: the pidfile is its own, ours is `pidfile`.2 */
	NW_PARTNER_NEWER, /* our child */
};

struct nw_generation {
	uint32_t number;   /* 1, 2, ... */
	uint64_t n_forked; /* workers, the ones that are gone too */
	struct nw_settings *settings;
	struct nw_endpoint *endpoints; /* n_endpoints of them, in the order of `bind` */
	size_t n_endpoints;
	struct nw_endpoint admin;
	enum nw_partner partner; /* while there is one, files of unix sockets are left to it */
	char *pidfile;           /* absolute; NULL: none */
	bool is_pidfile_borrowed;
	struct nw_environment *environment; /* NULL: our own */
	struct ssl_ctx_st *tls;             /* of its endpoints; NULL: none */
	bool is_rehearsal;                  /* it will never serve */
	bool is_limit_told;                 /* max_worker_memory is too small: the log has it */
	void *preloaded;
	void (*unload)(void *preloaded);
};

/**
 * Enter settings->chdir, open what @settings asks for and preload. @serving: whose equal sockets and pidfile are
 * borrowed; at the start NULL or what was inherited (inherit.h). Takes @settings, on failure too. The current directory
 * is settings->chdir afterwards, and the environment that of the new one; after a failure it is our own.
 */
int nw_generation_open(const struct nw_program *program, uint32_t number, struct nw_settings *settings,
		       const struct nw_generation *serving, struct nw_generation **out,
		       struct nw_err *err) NW_MUST_CHECK;

/**
 * All of nw_generation_open() and of the log's opening but what is only the master's: sockets and the pidfile. In a
 * process that does nothing else (rehearsal.h), since it may take long; nothing stays open. Takes @settings.
 */
int nw_generation_rehearse(const struct nw_program *program, struct nw_settings *settings,
			   struct nw_err *err) NW_MUST_CHECK;

/** What @next borrowed from @old is @next's from now on. */
void nw_generation_adopt(struct nw_generation *next, struct nw_generation *old);

/** Close and unlink its own listening sockets: nothing connects any more; workers still have theirs. */
void nw_generation_close_listeners(struct nw_generation *generation);

/** The older master is gone: the pidfile gets its right name, and files of sockets are ours. */
void nw_generation_promote(struct nw_generation *generation);

/**
 * In a forked child: close the sockets of @generation that are not @mine's too, and own nothing any more. @mine NULL:
 * all of them.
 */
void nw_generation_disown(struct nw_generation *generation, const struct nw_generation *mine);

/** Accepts NULL, returns NULL. */
struct nw_generation *nw_generation_free(struct nw_generation *generation);

/** Make its settings->chdir the current directory, or warn in the log, and its environment ours. */
void nw_generation_enter(const struct nw_generation *generation);

/** What process titles call it: proc_name, else its first app. Borrowed. */
const char *nw_generation_name(const struct nw_generation *generation);

/** "http://127.0.0.1:8888,unix:/run/x.sock" */
const char *nw_generation_text(const struct nw_generation *generation, char *buf, size_t size);

#endif
