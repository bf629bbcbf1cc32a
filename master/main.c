#include <unistd.h>

#include "common/fd.h"
#include "common/proc.h"
#include "master/start.h"
#include "worker/worker.h"

int main(int argc, char **argv)
{
	if (nw_fd_fill_std() != 0) {
		return 1; /* and nowhere to say why */
	}
	nw_proc_title_init(argc, argv);
	return nw_start_run(&nw_worker_program, argc, argv, environ);
}
