#include "worker/access_log.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/fd.h"
#include "common/log.h"
#include "common/syslog.h"
#include "worker/access_atom.h"
#include "worker/access_json.h"

enum { PIECES = 64 }; /* of one format */

/* Literal text, or an atom with Python's %-formatting around it. */
struct piece {
	struct nw_span text; /* the literal, or the atom's name */
	bool is_atom;
	bool is_left; /* "%(s)-5s" */
	unsigned width;
	unsigned precision; /* 0: none */
};

struct nw_access_log {
	int fd;     /* -1: no file */
	char *path; /* NULL: stdout or no file */
	bool is_to_syslog;
	char *format;
	struct piece pieces[PIECES];
	size_t n_pieces;
	bool is_json;
	struct nw_buf line;
	time_t when_s; /* of the second that `when` shows */
	char when[64];
};

static unsigned take_number(const char **p)
{
	unsigned n = 0;

	while (**p >= '0' && **p <= '9') {
		n = n < 1000 ? n * 10 + (unsigned)(**p - '0') : n;
		(*p)++;
	}
	return n;
}

/* "%(name)-5.3s" at @p. The character behind it; NULL: broken, @err says how. */
static const char *compile_atom(const char *p, struct piece *piece, const char *format, struct nw_err *err)
{
	const char *end = p[1] == '(' ? strchr(p, ')') : NULL;
	const char *start = p;

	if (end == NULL) {
		nw_err_set(err, -EINVAL, "access_log_format: character %td: expected '%%(atom)s' or '%%%%'",
			   start - format + 1);
		return NULL;
	}
	*piece = (struct piece){.text = {p + 2, (size_t)(end - p - 2)}, .is_atom = true};
	p = end + 1;
	for (; *p != '\0' && strchr("-+ #0", *p) != NULL; p++) {
		piece->is_left |= *p == '-';
	}
	piece->width = take_number(&p);
	if (*p == '.') {
		p++;
		piece->precision = take_number(&p);
	}
	if (*p == '\0' || strchr("sdiuraxXoeEfFgGc", *p) == NULL) {
		nw_err_set(err, -EINVAL, "access_log_format: character %td: '%%(%.*s)' lacks its 's'",
			   start - format + 1, (int)piece->text.len, piece->text.p);
		return NULL;
	}
	return p + 1;
}

static int compile(struct nw_access_log *log, const char *format, struct nw_err *err)
{
	const char *p = format;

	log->is_json = strcmp(format, "json") == 0;
	if (log->is_json) {
		return 0;
	}

	while (*p != '\0') {
		struct piece *piece = &log->pieces[log->n_pieces];

		if (log->n_pieces == PIECES) {
			return nw_err_set(err, -EINVAL, "access_log_format: more than %d atoms and texts", PIECES);
		}
		if (p[0] == '%' && p[1] == '%') {
			*piece = (struct piece){.text = {p, 1}};
			p += 2;
		} else if (*p == '%') {
			p = compile_atom(p, piece, format, err);
			if (p == NULL) {
				return -EINVAL;
			}
		} else {
			size_t len = strcspn(p, "%");

			*piece = (struct piece){.text = {p, len}};
			p += len;
		}
		log->n_pieces++;
	}
	return 0;
}

int nw_access_log_check(const char *format, struct nw_err *err)
{
	struct nw_access_log *log = calloc(1, sizeof(*log));

	if (log == NULL) {
		return nw_err_set(err, -ENOMEM, "access_log_format: out of memory");
	}
	int failed = compile(log, format, err);

	free(log);
	return failed;
}

static int open_into(struct nw_access_log *log, const char *path, const char *format, struct nw_err *err)
{
	log->fd = path == NULL ? -1 : STDOUT_FILENO;
	log->format = strdup(format);
	if (log->format == NULL) {
		return nw_err_set(err, -ENOMEM, "accesslog: out of memory");
	}
	int failed = compile(log, log->format, err);

	if (failed != 0 || path == NULL || strcmp(path, "-") == 0) {
		return failed;
	}
	log->path = strdup(path);
	if (log->path == NULL) {
		return nw_err_set(err, -ENOMEM, "accesslog: out of memory");
	}
	return nw_log_open_file("accesslog", path, &log->fd, err);
}

int nw_access_log_open(const char *path, bool is_to_syslog, const char *format, struct nw_access_log **out,
		       struct nw_err *err)
{
	struct nw_access_log *log = calloc(1, sizeof(*log));

	if (log == NULL) {
		return nw_err_set(err, -ENOMEM, "accesslog: out of memory");
	}
	int failed = open_into(log, path, format, err);

	if (failed != 0) {
		nw_access_log_close(log);
		return failed;
	}
	log->is_to_syslog = is_to_syslog;
	*out = log;
	return 0;
}

int nw_access_log_reopen(struct nw_access_log *log, struct nw_err *err)
{
	int fd = -1;

	if (log == NULL || log->path == NULL) {
		return 0;
	}
	int failed = nw_log_open_file("accesslog", log->path, &fd, err);

	if (failed == 0) {
		nw_fd_close(log->fd);
		log->fd = fd;
	}
	return failed;
}

/* Pad or cut what was added behind @start to the piece's width and precision. */
static void fit(struct nw_buf *line, size_t start, const struct piece *piece)
{
	size_t len = line->len - start;

	if (piece->precision != 0 && len > piece->precision) {
		len = piece->precision;
		line->len = start + len;
	}
	if (len >= piece->width || nw_buf_reserve(line, piece->width) == NULL) {
		return;
	}
	size_t pad = piece->width - len;

	if (piece->is_left) {
		memset(line->data + line->len, ' ', pad);
	} else {
		memmove(line->data + start + pad, line->data + start, len);
		memset(line->data + start, ' ', pad);
	}
	line->len += pad;
}

/* strftime() once a second is enough. */
static const char *when(struct nw_access_log *log)
{
	time_t now = time(NULL);
	struct tm tm;

	if (now != log->when_s) {
		log->when_s = now;
		localtime_r(&now, &tm);
		strftime(log->when, sizeof(log->when), "[%d/%b/%Y:%H:%M:%S %z]", &tm);
	}
	return log->when;
}

NW_NOINLINE void nw_access_log_write(struct nw_access_log *log, const struct nw_exchange *x)
{
	struct nw_access_event event = {x, nw_clock_us() - x->begin_us, when(log)};
	struct nw_buf *line = &log->line;

	line->len = 0;
	if (log->is_json) {
		nw_access_json(line, &event);
	}
	for (size_t i = 0; i < log->n_pieces; i++) {
		const struct piece *piece = &log->pieces[i];
		size_t start = line->len;

		if (piece->is_atom) {
			nw_access_atom(line, piece->text, &event);
			fit(line, start, piece);
		} else {
			nw_buf_add(line, piece->text.p, piece->text.len);
		}
	}
	size_t len = line->len;

	nw_buf_addc(line, '\n');
	if (line->failed) {
		nw_buf_free(line); /* no memory: this line is lost, the next one may have room */
		return;
	}
	if (log->fd != -1) {
		(void)!write(log->fd, line->data, line->len);
	}
	if (log->is_to_syslog) {
		nw_syslog_access((struct nw_span){line->data, len});
	}
}

struct nw_access_log *nw_access_log_close(struct nw_access_log *log)
{
	if (log == NULL) {
		return NULL;
	}
	if (log->path != NULL) {
		nw_fd_close(log->fd);
	}
	nw_buf_free(&log->line);
	free(log->path);
	free(log->format);
	free(log);
	return NULL;
}
