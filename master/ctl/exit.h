/** How narwhalctl ends. */
#ifndef NW_MASTER_CTL_EXIT_H
#define NW_MASTER_CTL_EXIT_H

enum nw_ctl_exit {
	NW_CTL_OK = 0,
	NW_CTL_REFUSED = 1,
	NW_CTL_USAGE = 2,
	NW_CTL_NO_SERVER = 3,
	NW_CTL_NO_ANSWER = 4,
	NW_CTL_EXITS,
};

/** What each says, for the help and the man page. */
extern const char *const nw_ctl_exit_docs[NW_CTL_EXITS];

#endif
