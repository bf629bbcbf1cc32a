#include "worker/http/answer.h"

#include <stdio.h>
#include <string.h>

static char *put(char *to, const char *s, size_t len)
{
	memcpy(to, s, len);
	return to + len;
}

/* From its end on; how long it is comes first, so that no copy is needed. */
static char *put_number(char *to, uint64_t n)
{
	enum { DIGITS = 20 }; /* most */
	char *end = to + 1;

	for (uint64_t limit = 10; n >= limit && end < to + DIGITS; limit *= 10) {
		end++;
	}
	for (char *p = end; p > to; n /= 10) {
		*--p = (char)('0' + n % 10);
	}
	return end;
}

void nw_date_into(char to[NW_DATE_SIZE], time_t at)
{
	/* Not strftime(): the names must not follow the locale. */
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct tm tm;

	gmtime_r(&at, &tm);
	snprintf(to, NW_DATE_SIZE, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
		 months[tm.tm_mon], (tm.tm_year + 1900) % 10000, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void nw_date_set(struct nw_date *date, time_t at)
{
	char text[NW_DATE_SIZE];

	nw_date_into(text, at);
	snprintf(date->lines, sizeof(date->lines), NW_DATE_OK "Server: narwhal\r\nDate: %.29s\r\n" NW_DATE_ID, text);
}

void nw_date_renew(struct nw_date *date, int64_t now_us)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	nw_date_set(date, now.tv_sec);
	date->until_us = now_us + (1000000 - now.tv_nsec / 1000);
}

bool nw_answer_has_body(const struct nw_exchange *x)
{
	return x->answer.status != 204 && x->answer.status != 304 && !nw_head_is_method(&x->head, "HEAD", 4);
}

uint64_t nw_answer_pieces_length(const struct nw_piece *piece)
{
	uint64_t len = 0;

	for (; piece != NULL; piece = piece->next) {
		len += nw_answer_piece_length(piece);
	}
	return len;
}

static char *put_content_length(char *to, uint64_t len)
{
	static const char name[] = "Content-Length: ";

	to = put(to, name, sizeof(name) - 1);
	to = put_number(to, len);
	return put(to, "\r\n", 2);
}

/* A body whose length is not known yet; a client of HTTP/1.0 reads until the end. */
static char *put_chunked(char *to, const struct nw_exchange *x)
{
	static const char chunked[] = "Transfer-Encoding: chunked\r\n";

	return x->head.minor > 0 && nw_answer_has_body(x) ? put(to, chunked, sizeof(chunked) - 1) : to;
}

static char *put_framing(char *to, const struct nw_exchange *x)
{
	const struct nw_answer *answer = &x->answer;

	if (answer->status == 204) {
		return to;
	}
	if (answer->has_length &&
	    (answer->is_stream || answer->status == 304 || nw_head_is_method(&x->head, "HEAD", 4))) {
		return put_content_length(to, answer->content_length);
	}
	if (answer->is_stream) {
		return put_chunked(to, x);
	}
	return answer->status == 304 ? to : put_content_length(to, nw_answer_length(x));
}

/* The status line, and all that each answer has up to its id. */
static char *put_beginning(char *to, unsigned status, const struct nw_date *date)
{
	enum { OK_LEN = sizeof(NW_DATE_OK) - 1 };
	static const char version[] = "HTTP/1.1 ";

	if (status == 200) {
		return put(to, date->lines, NW_DATE_LINES);
	}
	const char *reason = nw_status_reason(status);

	to = put(to, version, sizeof(version) - 1);
	to = put_number(to, status);
	*to++ = ' ';
	to = put(to, reason, strlen(reason));
	to = put(to, "\r\n", 2);
	return put(to, date->lines + OK_LEN, NW_DATE_LINES - OK_LEN);
}

static char *put_type(char *to, struct nw_span type)
{
	static const char name[] = "Content-Type: ";

	if (type.p == NULL) {
		return to;
	}
	to = put(to, name, sizeof(name) - 1);
	to = put(to, type.p, type.len);
	return put(to, "\r\n", 2);
}

void nw_answer_write(const struct nw_exchange *x, const struct nw_date *date, bool close, struct nw_buf *out)
{
	enum { REST = 200 }; /* all that is not counted: the reason, the lines of connection, framing and type */
	static const char says_close[] = "Connection: close\r\n";
	static const char says_keep[] = "Connection: keep-alive\r\n";
	const struct nw_answer *answer = &x->answer;
	char *begin =
		nw_buf_reserve(out, NW_DATE_LINES + NW_TRACE_ID_MAX + REST + answer->type.len + answer->fields.len);
	char *to = begin;

	if (to == NULL) {
		return;
	}
	to = put_beginning(to, answer->status, date);
	to += nw_trace_id_into(x, to);
	to = put(to, "\r\n", 2);
	if (close) {
		to = put(to, says_close, sizeof(says_close) - 1);
	} else if (x->head.minor == 0) {
		to = put(to, says_keep, sizeof(says_keep) - 1);
	}
	to = put_framing(to, x);
	to = put_type(to, answer->type);
	if (answer->fields.len > 0) {
		to = put(to, answer->fields.data, answer->fields.len);
	}
	to = put(to, "\r\n", 2);
	out->len += (size_t)(to - begin);
}
