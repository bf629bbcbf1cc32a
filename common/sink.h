/**
 * Where messages go that nobody waits for (syslog, statsd): a datagram socket, or a stream that is connected anew when
 * it breaks. Nothing here blocks once it is open: what cannot be sent now is lost, and the caller is told. Not for two
 * threads at once. After a fork both processes may go on with it: datagrams share the socket, a stream is connected by
 * each process for itself.
 */
#ifndef NW_COMMON_SINK_H
#define NW_COMMON_SINK_H

#include <sys/types.h>

#include <stdint.h>

#include "common/listener.h"
#include "common/str.h"

enum nw_sink_type {
	NW_SINK_DGRAM,
	NW_SINK_STREAM,
	NW_SINK_ANY, /* datagrams, or a stream if that is what listens at the unix path */
};

struct nw_sink {
	struct nw_addr addr;
	enum nw_sink_type type;
	int fd;              /* -1: none, or the stream is broken */
	pid_t pid;           /* who connected the stream */
	int64_t retry_at_ms; /* of a stream that broke: no connect before */
};

#define NW_SINK_INIT                                                                                                   \
	{                                                                                                              \
		.fd = -1                                                                                               \
	}

/**
 * @address: HOST, HOST:PORT or unix:PATH; names are resolved, once. Whether anybody listens is not looked at. 0, or a
 * negative errno and the sentence.
 */
int nw_sink_open(struct nw_sink *sink, const char *address, unsigned default_port, enum nw_sink_type type,
		 struct nw_err *err) NW_MUST_CHECK;

/** Each of @messages as a datagram of its own, or one behind the other to the stream. 0, or -errno: not all went. */
int nw_sink_send(struct nw_sink *sink, const struct nw_span *messages, size_t n);

/** Closes it; one that is closed, or NW_SINK_INIT, is left as it is. */
void nw_sink_close(struct nw_sink *sink);

#endif
