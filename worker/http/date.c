#include "worker/http/date.h"

#include <errno.h>
#include <string.h>

#include "worker/http/chars.h"

enum { CENTURY_ENDS = 70 };

/* What is left to read; once something did not fit, all is void. */
struct reader {
	struct nw_span left;
	bool failed;
};

static void take_text(struct reader *r, const char *text)
{
	size_t len = strlen(text);

	if (r->failed || r->left.len < len || memcmp(r->left.p, text, len) != 0) {
		r->failed = true;
		return;
	}
	r->left.p += len;
	r->left.len -= len;
}

/* @digits of them. */
static int take_number(struct reader *r, size_t digits)
{
	int n = 0;

	if (r->failed || r->left.len < digits) {
		r->failed = true;
		return 0;
	}
	for (size_t i = 0; i < digits; i++) {
		r->failed = r->failed || !nw_char_is_digit(r->left.p[i]);
		n = n * 10 + (r->left.p[i] - '0');
	}
	r->left.p += digits;
	r->left.len -= digits;
	return r->failed ? 0 : n;
}

/* 0 for January. */
static int take_month(struct reader *r)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int month = 0; !r->failed && r->left.len >= 3 && month < 12; month++) {
		if (memcmp(months + month * 3, r->left.p, 3) == 0) {
			r->left.p += 3;
			r->left.len -= 3;
			return month;
		}
	}
	r->failed = true;
	return 0;
}

static void take_time(struct reader *r, struct tm *tm)
{
	tm->tm_hour = take_number(r, 2);
	take_text(r, ":");
	tm->tm_min = take_number(r, 2);
	take_text(r, ":");
	tm->tm_sec = take_number(r, 2);
}

/* " 06 Nov 1994 08:49:37 GMT", " 06-Nov-94 08:49:37 GMT" */
static void take_after_comma(struct reader *r, struct tm *tm)
{
	take_text(r, " ");
	tm->tm_mday = take_number(r, 2);
	bool is_old = r->left.len > 0 && r->left.p[0] == '-';

	take_text(r, is_old ? "-" : " ");
	tm->tm_mon = take_month(r);
	take_text(r, is_old ? "-" : " ");
	tm->tm_year = is_old ? take_number(r, 2) : take_number(r, 4) - 1900;
	if (is_old && tm->tm_year < CENTURY_ENDS) {
		tm->tm_year += 100;
	}
	take_text(r, " ");
	take_time(r, tm);
	take_text(r, " GMT");
}

/* " Nov  6 08:49:37 1994" */
static void take_asctime(struct reader *r, struct tm *tm)
{
	take_text(r, " ");
	tm->tm_mon = take_month(r);
	take_text(r, " ");
	if (r->left.len > 0 && r->left.p[0] == ' ') {
		take_text(r, " ");
		tm->tm_mday = take_number(r, 1);
	} else {
		tm->tm_mday = take_number(r, 2);
	}
	take_text(r, " ");
	take_time(r, tm);
	take_text(r, " ");
	tm->tm_year = take_number(r, 4) - 1900;
}

int nw_date_read(struct nw_span text, time_t *out)
{
	struct reader r = {.left = text};
	struct tm tm = {0};
	size_t day = 0; /* of the week, its letters */

	while (day < text.len && ((text.p[day] | 0x20) >= 'a' && (text.p[day] | 0x20) <= 'z')) {
		day++;
	}
	r.left.p += day;
	r.left.len -= day;
	r.failed = day < 3;
	if (r.left.len > 0 && r.left.p[0] == ',') {
		take_text(&r, ",");
		take_after_comma(&r, &tm);
	} else {
		take_asctime(&r, &tm);
	}
	struct tm asked = tm;

	if (r.failed || r.left.len > 0 || tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60) {
		return -EINVAL;
	}
	time_t at = timegm(&tm);

	if (tm.tm_mday != asked.tm_mday && asked.tm_sec < 60) {
		return -EINVAL; /* the 30th of February */
	}
	*out = at;
	return 0;
}
