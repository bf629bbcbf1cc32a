#include "master/figures.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

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

/* Of a listening socket, tcpi_unacked is the length of its accept queue; unix sockets do not tell. */
static unsigned backlog(const struct nw_generation *generation)
{
	unsigned n = 0;

	for (size_t i = 0; i < generation->n_endpoints; i++) {
		struct tcp_info info = {0};
		socklen_t len = sizeof(info);

		if (getsockopt(generation->endpoints[i].fd, IPPROTO_TCP, TCP_INFO, &info, &len) == 0) {
			n += info.tcpi_unacked;
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
