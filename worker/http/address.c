#include "worker/http/address.h"

#include <arpa/inet.h>
#include <string.h>

bool nw_address_read(int family, struct nw_span text, void *out)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.len >= sizeof(copy) || memchr(text.p, '\0', text.len) != NULL) {
		return false;
	}
	memcpy(copy, text.p, text.len);
	copy[text.len] = '\0';
	return inet_pton(family, copy, out) == 1;
}

bool nw_address_read_port(struct nw_span text, in_port_t *out)
{
	unsigned port = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9' || i == 5) {
			return false;
		}
		port = port * 10 + (unsigned)(text.p[i] - '0');
	}
	*out = htons((uint16_t)port);
	return text.len > 0 && port <= UINT16_MAX;
}
