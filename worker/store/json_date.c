/* Dates as text. The calendar is the Gregorian one in both directions, as ISO 8601 has it. */
#include "worker/store/json.h"

#include <ctype.h>
#include <string.h>

enum {
	MS_A_DAY = 86400000,
	DAYS_AN_ERA = 146097, /* 400 years */
	YEAR_DIGITS = 9,      /* of the longest year that 64 bits of milliseconds reach */
};

struct date {
	int64_t year;
	unsigned month; /* 1 to 12 */
	unsigned day;   /* 1 to 31 */
	unsigned hour, minute, second, ms;
	unsigned weekday; /* 0: Sunday; only when made from an instant */
};

static const char week[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

/** Years are counted from March on, so that the leap day is a year's last. 719468 days are from 0000-03-01 to 1970. */
static void date_from_days(int64_t days, struct date *date)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - (DAYS_AN_ERA - 1)) / DAYS_AN_ERA;
	unsigned of_era = (unsigned)(days - era * DAYS_AN_ERA);
	unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
	unsigned march = (5 * of_year + 2) / 153;

	date->day = of_year - (153 * march + 2) / 5 + 1;
	date->month = march < 10 ? march + 3 : march - 9;
	date->year = year + era * 400 + (date->month <= 2 ? 1 : 0);
}

static int64_t days_from_date(const struct date *date)
{
	int64_t year = date->year - (date->month <= 2 ? 1 : 0);
	int64_t era = (year >= 0 ? year : year - 399) / 400;
	int64_t of_era = year - era * 400;
	int64_t march = date->month > 2 ? date->month - 3 : date->month + 9;
	int64_t of_year = (153 * march + 2) / 5 + date->day - 1;

	return era * DAYS_AN_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_from_ms(int64_t ms, struct date *date)
{
	int64_t days = ms / MS_A_DAY;
	int64_t rest = ms % MS_A_DAY;

	if (rest < 0) {
		rest += MS_A_DAY;
		days--;
	}
	unsigned of_day = (unsigned)rest;

	date_from_days(days, date);
	date->weekday = (unsigned)(((days + 4) % 7 + 7) % 7);
	date->hour = of_day / 3600000;
	date->minute = of_day / 60000 % 60;
	date->second = of_day / 1000 % 60;
	date->ms = of_day % 1000;
}

/** @n with leading zeros. Returns where the next byte goes. */
static char *put_digits(char *to, uint64_t n, unsigned digits)
{
	for (unsigned i = digits; i > 0; i--) {
		to[i - 1] = (char)('0' + n % 10);
		n /= 10;
	}
	return to + digits;
}

/** Years of more than four digits have a sign and at least six, as in JavaScript. */
static char *put_year(char *to, int64_t year)
{
	uint64_t size = year < 0 ? 0 - (uint64_t)year : (uint64_t)year;

	if (year >= 0 && year <= 9999) {
		return put_digits(to, size, 4);
	}
	*to++ = year < 0 ? '-' : '+';
	return put_digits(to, size, size <= 999999 ? 6 : YEAR_DIGITS);
}

static char *put_two(char *to, unsigned n)
{
	to[0] = (char)('0' + n / 10);
	to[1] = (char)('0' + n % 10);
	return to + 2;
}

static char *put_clock(char *to, const struct date *date)
{
	to = put_two(to, date->hour);
	*to++ = ':';
	to = put_two(to, date->minute);
	*to++ = ':';
	return put_two(to, date->second);
}

void nw_json_iso8601(struct nw_buf *out, int64_t ms)
{
	char *start = nw_buf_reserve(out, 40);
	struct date date;

	if (start == NULL) {
		return;
	}
	date_from_ms(ms, &date);
	char *to = put_year(start, date.year);

	*to++ = '-';
	to = put_two(to, date.month);
	*to++ = '-';
	to = put_two(to, date.day);
	*to++ = 'T';
	to = put_clock(to, &date);
	if (date.ms != 0) {
		*to++ = '.';
		to = put_digits(to, date.ms, 3);
	}
	*to++ = 'Z';
	out->len += (size_t)(to - start);
}

void nw_json_rfc1123(struct nw_buf *out, int64_t ms)
{
	char *start = nw_buf_reserve(out, 40);
	struct date date;

	if (start == NULL) {
		return;
	}
	date_from_ms(ms, &date);
	memcpy(start, week[date.weekday], 3);
	memcpy(start + 3, ", ", 2);
	char *to = put_two(start + 5, date.day);

	*to++ = ' ';
	memcpy(to, months[date.month - 1], 3);
	to[3] = ' ';
	to = put_year(to + 4, date.year);
	*to++ = ' ';
	to = put_clock(to, &date);
	memcpy(to, " GMT", 4);
	out->len += (size_t)(to + 4 - start);
}

/** Text that is being read; what does not fit makes it bad, and it stays so. */
struct cursor {
	const char *p;
	const char *end;
	bool is_bad;
};

static char peek(const struct cursor *c)
{
	return c->p < c->end ? *c->p : '\0';
}

/** One of @set, which is then behind us; else bad. */
static char take(struct cursor *c, const char *set)
{
	char found = peek(c);

	if (found == '\0' || strchr(set, found) == NULL) {
		c->is_bad = true;
		return '\0';
	}
	c->p++;
	return found;
}

/** Exactly @digits digits, in [@min, @max]. */
static unsigned take_number(struct cursor *c, unsigned digits, unsigned min, unsigned max)
{
	unsigned n = 0;

	for (unsigned i = 0; i < digits; i++) {
		char digit = take(c, "0123456789");

		n = n * 10 + (unsigned)(digit == '\0' ? 0 : digit - '0');
	}
	c->is_bad |= n < min || n > max;
	return n;
}

/** One of @n words of three letters: its index. */
static unsigned take_word(struct cursor *c, const char (*words)[4], unsigned n)
{
	for (unsigned i = 0; i < n && c->end - c->p >= 3; i++) {
		if (memcmp(c->p, words[i], 3) == 0) {
			c->p += 3;
			return i;
		}
	}
	c->is_bad = true;
	return 0;
}

static int64_t take_year(struct cursor *c)
{
	char sign = peek(c);
	unsigned digits = 0;

	if (sign != '+' && sign != '-') {
		return take_number(c, 4, 0, 9999);
	}
	c->p++;
	while (digits < YEAR_DIGITS && c->end - c->p > digits && isdigit((unsigned char)c->p[digits])) {
		digits++;
	}
	unsigned year = take_number(c, digits < 6 ? 6 : digits, 0, 999999999);

	c->is_bad |= sign == '-' && year == 0;
	return sign == '-' ? -(int64_t)year : (int64_t)year;
}

static void take_clock(struct cursor *c, struct date *date)
{
	date->hour = take_number(c, 2, 0, 23);
	take(c, ":");
	date->minute = take_number(c, 2, 0, 59);
	take(c, ":");
	date->second = take_number(c, 2, 0, 59);
}

/** Digits behind the point: milliseconds, and finer ones are cut off. */
static unsigned take_fraction(struct cursor *c)
{
	unsigned ms = 0;
	unsigned digits = 0;

	for (; isdigit((unsigned char)peek(c)); c->p++, digits++) {
		ms = digits < 3 ? ms * 10 + (unsigned)(*c->p - '0') : ms;
	}
	c->is_bad |= digits == 0;
	return digits == 0 || digits >= 3 ? ms : digits == 2 ? ms * 10 : ms * 100;
}

/** "Z", "+02:00" or "+0200": milliseconds east of Greenwich. */
static int64_t take_offset(struct cursor *c)
{
	char sign = take(c, "Zz+-");

	if (sign != '+' && sign != '-') {
		return 0;
	}
	int64_t minutes = take_number(c, 2, 0, 23) * 60;

	if (peek(c) == ':') {
		c->p++;
	}
	minutes += take_number(c, 2, 0, 59);
	return (sign == '-' ? -minutes : minutes) * 60000;
}

static bool is_day(const struct date *date)
{
	static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = date->year % 4 == 0 && (date->year % 100 != 0 || date->year % 400 == 0);

	return date->day <= days[date->month - 1] || (is_leap && date->month == 2 && date->day == 29);
}

static bool take_iso(struct cursor *c, struct date *date, int64_t *offset_ms)
{
	date->year = take_year(c);
	take(c, "-");
	date->month = take_number(c, 2, 1, 12);
	take(c, "-");
	date->day = take_number(c, 2, 1, 31);
	if (c->p == c->end) {
		return !c->is_bad;
	}
	take(c, "Tt ");
	take_clock(c, date);
	if (peek(c) == '.') {
		c->p++;
		date->ms = take_fraction(c);
	}
	*offset_ms = take_offset(c);
	return !c->is_bad && c->p == c->end;
}

static bool take_rfc1123(struct cursor *c, struct date *date)
{
	take_word(c, week, 7);
	take(c, ",");
	take(c, " ");
	date->day = take_number(c, 2, 1, 31);
	take(c, " ");
	date->month = take_word(c, months, 12) + 1;
	take(c, " ");
	date->year = take_number(c, 4, 0, 9999);
	take(c, " ");
	take_clock(c, date);
	take(c, " ");
	bool is_gmt = c->end - c->p == 3 && memcmp(c->p, "GMT", 3) == 0;

	return !c->is_bad && is_gmt;
}

bool nw_json_parse_date(const char *s, size_t len, int64_t *out_ms)
{
	struct cursor c = {.p = s, .end = s + len};
	struct date date = {0};
	int64_t offset_ms = 0;
	int64_t ms;
	bool is_word = len > 0 && isalpha((unsigned char)s[0]);
	bool is_good = is_word ? take_rfc1123(&c, &date) : take_iso(&c, &date, &offset_ms);

	if (!is_good || !is_day(&date)) {
		return false;
	}
	int64_t of_day = (int64_t)date.hour * 3600000 + date.minute * 60000 + date.second * 1000 + date.ms - offset_ms;
	int64_t days = days_from_date(&date);

	/* The first day that 64 bits reach begins before them: from the next one back. */
	if (days < 0) {
		days++;
		of_day -= MS_A_DAY;
	}
	if (__builtin_mul_overflow(days, (int64_t)MS_A_DAY, &ms) || __builtin_add_overflow(ms, of_day, &ms)) {
		return false;
	}
	*out_ms = ms;
	return true;
}
