#include "common/boot.h"

#include <unistd.h>

struct nw_hook_facts nw_boot_facts(const struct nw_boot *boot)
{
	return (struct nw_hook_facts){
		.master = boot->board->master_pid,
		.name = nw_settings_name(boot->settings),
		.generation = boot->generation,
		.n_workers = NW_READ(boot->board->workers_target),
		.worker = getpid(),
		.age = boot->age,
	};
}
