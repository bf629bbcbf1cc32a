#include "worker/crash_line.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/log.h"

/* Of the process, as of its start: asking for it takes a lock. */
static long zone_s;

void nw_crash_line_learn(void)
{
	time_t now = time(NULL);
	struct tm tm;

	localtime_r(&now, &tm);
	zone_s = tm.tm_gmtoff;
}

static void put(struct nw_crash_line *line, const char *text, size_t len)
{
	size_t room = sizeof(line->text) - 1 - line->len; /* one is for the end of the line */

	len = len < room ? len : room;
	memcpy(line->text + line->len, text, len);
	line->len += len;
}

void nw_crash_line_add(struct nw_crash_line *line, const char *text)
{
	put(line, text, strlen(text));
}

/* At least @width digits. */
static void add_digits(struct nw_crash_line *line, uint64_t number, unsigned base, int width)
{
	char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[number % base];
		number /= base;
		width--;
	} while (number > 0 || width > 0);
	put(line, digits + at, sizeof(digits) - at);
}

void nw_crash_line_number(struct nw_crash_line *line, uint64_t number)
{
	add_digits(line, number, 10, 1);
}

void nw_crash_line_hex(struct nw_crash_line *line, uint64_t number)
{
	nw_crash_line_add(line, "0x");
	add_digits(line, number, 16, 1);
}

void nw_crash_line_escape(struct nw_crash_line *line, struct nw_span text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c == '"' || c == '\\') {
			put(line, "\\", 1);
		} else if (c < 0x20 || c >= 0x7f) {
			char hex[] = {'\\', 'x', "0123456789ABCDEF"[c >> 4], "0123456789ABCDEF"[c & 15]};

			put(line, hex, sizeof(hex));
			continue;
		}
		put(line, &text.p[i], 1);
	}
}

/* The date of a day since 1970, in years that begin with March, so that a leap day is a year's last. */
static void add_date(struct nw_crash_line *line, uint64_t day)
{
	uint64_t since = day + 719468, era = since / 146097, of_era = since % 146097;
	uint64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	uint64_t of_year = of_era - (365 * year + year / 4 - year / 100), march = (5 * of_year + 2) / 153;

	add_digits(line, year + era * 400 + (march >= 10), 10, 4);
	nw_crash_line_add(line, "-");
	add_digits(line, march < 10 ? march + 3 : march - 9, 10, 2);
	nw_crash_line_add(line, "-");
	add_digits(line, of_year - (153 * march + 2) / 5 + 1, 10, 2);
}

static void add_clock(struct nw_crash_line *line, uint64_t s, const char *between)
{
	add_digits(line, s / 3600, 10, 2);
	nw_crash_line_add(line, between);
	add_digits(line, s / 60 % 60, 10, 2);
}

void nw_crash_line_begin(struct nw_crash_line *line)
{
	struct timespec now;
	uint64_t zone = (uint64_t)(zone_s < 0 ? -zone_s : zone_s);

	clock_gettime(CLOCK_REALTIME, &now);
	uint64_t s = (uint64_t)(now.tv_sec + zone_s);

	line->len = 0;
	nw_crash_line_add(line, "[");
	add_date(line, s / 86400);
	nw_crash_line_add(line, " ");
	add_clock(line, s % 86400, ":");
	nw_crash_line_add(line, ":");
	add_digits(line, s % 60, 10, 2);
	nw_crash_line_add(line, zone_s < 0 ? " -" : " +");
	add_clock(line, zone, "");
	nw_crash_line_add(line, "] [");
	nw_crash_line_number(line, (uint64_t)getpid());
	nw_crash_line_add(line, "] [CRITICAL] ");
}

void nw_crash_line_end(struct nw_crash_line *line)
{
	line->text[line->len++] = '\n';
	(void)!write(nw_log_fd(), line->text, line->len);
}
