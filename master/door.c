#include "master/door.h"

#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "common/cc.h"

/*
 * To close a queue and to find it empty are two steps, and who came in between would be reset. A filter on the socket
 * sees packets from their TCP header on: this one drops those that have SYN set, in its byte 13.
 */
static void drop_syns(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x02, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
	};
	const struct sock_fprog program = {.len = NW_ARRAY_LEN(code), .filter = code};

	/* A kernel without it leaves things as they were: next to nobody comes in between. */
	(void)setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static bool is_for_us_alone(const struct nw_generation *generation, const struct nw_endpoint *endpoint)
{
	return endpoint->fd != -1 && !endpoint->is_borrowed && !endpoint->is_activated &&
	       generation->partner == NW_PARTNER_NONE;
}

static void shut(const struct nw_generation *generation, bool is_local)
{
	for (size_t i = 0; i < generation->n_endpoints; i++) {
		const struct nw_endpoint *endpoint = &generation->endpoints[i];

		if (!is_for_us_alone(generation, endpoint) || (endpoint->addr.ss.ss_family == AF_UNIX) != is_local) {
			continue;
		}
		if (is_local) {
			(void)shutdown(endpoint->fd, SHUT_RD);
		} else {
			drop_syns(endpoint->fd);
		}
	}
}

void nw_door_shut_network(const struct nw_generation *generation)
{
	shut(generation, false);
}

void nw_door_shut_local(const struct nw_generation *generation)
{
	shut(generation, true);
}
