#include "worker/http/answer.h"

#include <stdio.h>
#include <string.h>

static char *put(char *to, const char *s, size_t len)
{
	memcpy(to, s, len);
	return to + len;
}

static char *put_number(char *to, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	return put(to, digits + at, sizeof(digits) - at);
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

void nw_date_update(struct nw_date *date, time_t now)
{
	char text[NW_DATE_SIZE];

	if (date->len != 0 && date->at == now) {
		return;
	}
	nw_date_into(text, now);
	date->len = (uint32_t)snprintf(date->lines, sizeof(date->lines), "Server: narwhal\r\nDate: %s\r\n", text);
	date->at = now;
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

static char *put_id(char *to, const struct nw_exchange *x)
{
	static const char name[] = "X-Request-ID: ";

	to = put(to, name, sizeof(name) - 1);
	to += nw_trace_id_into(x, to);
	return put(to, "\r\n", 2);
}

void nw_answer_write(const struct nw_exchange *x, const struct nw_date *date, bool close, struct nw_buf *out)
{
	static const char version[] = "HTTP/1.1 ";
	static const char says_close[] = "Connection: close\r\n";
	static const char says_keep[] = "Connection: keep-alive\r\n";
	const char *reason = nw_status_reason(x->answer.status);
	size_t reason_len = strlen(reason);
	char *begin = nw_buf_reserve(out, 176 + NW_TRACE_ID_MAX + reason_len + date->len + x->answer.fields.len);
	char *to = begin;

	if (to == NULL) {
		return;
	}
	to = put(to, version, sizeof(version) - 1);
	to = put_number(to, x->answer.status);
	*to++ = ' ';
	to = put(to, reason, reason_len);
	to = put(to, "\r\n", 2);
	to = put(to, date->lines, date->len);
	to = put_id(to, x);
	if (close) {
		to = put(to, says_close, sizeof(says_close) - 1);
	} else if (x->head.minor == 0) {
		to = put(to, says_keep, sizeof(says_keep) - 1);
	}
	to = put_framing(to, x);
	if (x->answer.fields.len > 0) {
		to = put(to, x->answer.fields.data, x->answer.fields.len);
	}
	to = put(to, "\r\n", 2);
	out->len += (size_t)(to - begin);
}
