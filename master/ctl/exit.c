#include "master/ctl/exit.h"

const char *const nw_ctl_exit_docs[NW_CTL_EXITS] = {
	[NW_CTL_OK] = "done, as the server said",
	[NW_CTL_REFUSED] = "the server refused it, or it failed",
	[NW_CTL_USAGE] = "an option that there is not, or that lacks its value",
	[NW_CTL_NO_SERVER] = "no server found, or cannot connect to it",
	[NW_CTL_NO_ANSWER] = "no answer in time, or the connection broke",
};
