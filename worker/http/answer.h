/** An answer as bytes: status line, Server, Date, Connection, framing, the app's fields. Internal to worker/http. */
#ifndef NW_HTTP_ANSWER_H
#define NW_HTTP_ANSWER_H

#include <time.h>

#include "worker/http/exchange.h"

#define NW_DATE_OK "HTTP/1.1 200 OK\r\n"
#define NW_DATE_ID "X-Request-ID: "

enum {
	NW_DATE_SIZE = 40,
	NW_DATE_LINES = sizeof(NW_DATE_OK "Server: narwhal\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n" NW_DATE_ID) - 1,
};

/** How all answers of one second begin. Zeroed: of no second. */
struct nw_date {
	int64_t until_us;              /* nw_clock_us(): then it is over */
	char lines[NW_DATE_LINES + 1]; /* NW_DATE_OK "Server: ...\r\nDate: ...\r\n" NW_DATE_ID */
};

/** @at as HTTP writes it: "Sun, 06 Nov 1994 08:49:37 GMT". */
void nw_date_into(char to[NW_DATE_SIZE], time_t at);

/** Make it that of @at (seconds since 1970). */
void nw_date_set(struct nw_date *date, time_t at);

/** Make it that of the second that it is now. */
NW_NOINLINE void nw_date_renew(struct nw_date *date, int64_t now_us);

/** The same, when that of before is over. */
static inline void nw_date_update(struct nw_date *date, int64_t now_us)
{
	if (now_us >= date->until_us) {
		nw_date_renew(date, now_us);
	}
}

/** Whether it can be written as it is. */
static inline bool nw_answer_is_sound(const struct nw_answer *answer)
{
	return answer->status >= 200 && answer->status <= 599 && !answer->fields.failed;
}

/** Whether the body of the answer goes out: not after HEAD, nor with 204 and 304. */
bool nw_answer_has_body(const struct nw_exchange *x);

/** Bytes of one piece; of @piece (NULL: 0) and those behind it; of the body, whether it goes out or not. */
static inline uint64_t nw_answer_piece_length(const struct nw_piece *piece)
{
	return piece->data.p != NULL ? piece->data.len : piece->len;
}

uint64_t nw_answer_pieces_length(const struct nw_piece *piece);

static inline uint64_t nw_answer_length(const struct nw_exchange *x)
{
	return x->answer.pieces == NULL ? x->answer.body.len : nw_answer_pieces_length(x->answer.pieces);
}

/** Everything before the body, the empty line included, added to @out. @close: say Connection: close. */
void nw_answer_write(const struct nw_exchange *x, const struct nw_date *date, bool close, struct nw_buf *out);

#endif
