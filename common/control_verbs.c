#include "common/control_verbs.h"

#include <stddef.h>

const struct nw_verb nw_verbs[NW_VERBS] = {
	[NW_VERB_SHOW_ALL] = {"show", "all", "show all", "Show all processes"},
	[NW_VERB_SHOW_WORKERS] = {"show", "workers", "show workers", "List workers"},
	[NW_VERB_SHOW_DIRTY] = {"show", "dirty", "show dirty", "Nothing: there are no dirty workers"},
	[NW_VERB_SHOW_CONFIG] = {"show", "config", "show config", "Show the configuration in force"},
	[NW_VERB_SHOW_STATS] = {"show", "stats", "show stats", "Show counters of the server"},
	[NW_VERB_SHOW_LISTENERS] = {"show", "listeners", "show listeners", "Show bound sockets"},
	[NW_VERB_WORKER_ADD] = {"worker", "add", "worker add [N]", "Spawn N more workers (1)"},
	[NW_VERB_WORKER_REMOVE] = {"worker", "remove", "worker remove [N]", "Let N workers go (1); one stays"},
	[NW_VERB_WORKER_KILL] = {"worker", "kill", "worker kill <PID>", "Let one worker go; another takes its place"},
	[NW_VERB_DIRTY_ADD] = {"dirty", "add", "dirty add [N]", "Nothing: there are no dirty workers"},
	[NW_VERB_DIRTY_REMOVE] = {"dirty", "remove", "dirty remove [N]", "Nothing: there are no dirty workers"},
	[NW_VERB_RELOAD] = {"reload", NULL, "reload", "Load configuration and apps anew (HUP)"},
	[NW_VERB_REOPEN] = {"reopen", NULL, "reopen", "Open the log files anew (USR1)"},
	[NW_VERB_SHUTDOWN] = {"shutdown", NULL, "shutdown [graceful|quick]", "Stop the server (TERM, INT)"},
	[NW_VERB_HELP] = {"help", NULL, "help", "Show these commands"},
};
