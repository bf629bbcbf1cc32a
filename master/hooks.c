#include "master/hooks.h"

static bool has_apps(const struct nw_master *master, const struct nw_generation *generation)
{
	return generation->preloaded != NULL && master->program->run_hook != NULL;
}

static struct nw_hook_facts facts_of(const struct nw_master *master, const struct nw_generation *generation)
{
	return (struct nw_hook_facts){
		.master = master->board->master_pid,
		.name = nw_generation_name(generation),
		.generation = generation->number,
		.n_workers = (unsigned)master->target,
	};
}

void nw_hooks_call(const struct nw_master *master, const struct nw_generation *generation, enum nw_hook_id id,
		   const struct nw_child *child, int status)
{
	if (!has_apps(master, generation)) {
		return;
	}
	struct nw_hook_facts facts = facts_of(master, generation);

	if (child != NULL) {
		facts.worker = child->pid;
		facts.age = child->age;
		facts.status = status;
	}
	master->program->run_hook(generation->preloaded, id, &facts);
}

void nw_hooks_tell_workers(struct nw_master *master)
{
	unsigned before = master->target_told;

	master->target_told = (unsigned)master->target;
	if (master->target_told == before || !has_apps(master, master->generation)) {
		return;
	}
	struct nw_hook_facts facts = facts_of(master, master->generation);

	facts.n_workers_before = before;
	master->program->run_hook(master->generation->preloaded, NW_HOOK_NWORKERS_CHANGED, &facts);
}
