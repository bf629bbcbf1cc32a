#include "master/figures.h"

#include "common/accept_queue.h"
#include "common/statsd.h"

static unsigned count_workers(const struct nw_master *master)
{
	const struct nw_child *child;
	unsigned n = 0;

	TAILQ_FOREACH(child, &master->children, link)
	{
		n++;
	}
	return n;
}

static unsigned backlog(const struct nw_generation *generation)
{
	struct nw_accept_queue queue;
	unsigned n = 0;

	for (size_t i = 0; i < generation->n_endpoints; i++) {
		if (nw_accept_queue_read(generation->endpoints[i].fd, &queue) == 0) {
			n += queue.waiting;
		}
	}
	return n;
}

void nw_figures_step(struct nw_master *master)
{
	if (!nw_statsd_is_open()) {
		return;
	}
	unsigned n = count_workers(master);

	if (n != master->workers_counted) {
		master->workers_counted = n;
		nw_statsd_workers(n);
	}
	if (master->pending.tick && master->generation->settings->enable_backlog_metric) {
		nw_statsd_backlog(backlog(master->generation));
	}
}
