#include "worker/http/trace.h"

#include <string.h>
#include <sys/random.h>

#include "common/clock.h"
#include "worker/http/exchange.h"

enum { DIGITS = 32 }; /* of both numbers */

void nw_trace_init(struct nw_trace *trace)
{
	/* Never waits: where the kernel has no random bytes yet, time and an address must do. */
	if (getrandom(trace, sizeof(*trace), GRND_NONBLOCK) != (ssize_t)sizeof(*trace)) {
		trace->worker = (uint64_t)nw_clock_wall_ms() << 20 ^ (uint64_t)nw_clock_us();
		trace->request = (uintptr_t)trace;
	}
}

typedef uint8_t bytes16 __attribute__((vector_size(16)));

/* Numbers below 16 as digits. */
static inline void digits_into(char *to, bytes16 n)
{
	bytes16 is_letter = (bytes16)(n > 9);
	bytes16 digits = n + '0' + (is_letter & ('a' - '0' - 10));

	memcpy(to, &digits, sizeof(digits));
}

/* In a few instructions: every answer has one. */
static inline void hex_into(char to[DIGITS], struct nw_trace trace)
{
	uint64_t halves[2] = {trace.worker, trace.request};
	bytes16 v, low, high;

	memcpy(&v, halves, sizeof(v));
	high = v >> 4;
	low = v & 15;
	digits_into(to, __builtin_shufflevector(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
	digits_into(to + 16,
		    __builtin_shufflevector(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31));
}

size_t nw_trace_id_into(const struct nw_exchange *x, char to[NW_TRACE_ID_MAX])
{
	struct nw_slice given = x->head.request_id;

	if (given.len == 0) {
		hex_into(to, x->trace);
		return DIGITS;
	}
	memcpy(to, x->head.base + given.at, given.len);
	return given.len;
}

/* Lower case only, and not all zero. */
static bool is_hex(const char *p, size_t len)
{
	bool is_zero = true;

	for (size_t i = 0; i < len; i++) {
		if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f'))) {
			return false;
		}
		is_zero = is_zero && p[i] == '0';
	}
	return !is_zero;
}

/* Trace Context section 3.2. A version to come may only add to what is known. */
static bool is_parent(struct nw_span value)
{
	const char *p = value.p;

	if (value.len < NW_TRACE_PARENT_LEN || p[2] != '-' || p[35] != '-' || p[52] != '-') {
		return false;
	}
	bool is_known = memcmp(p, "00", 2) == 0;
	bool is_version = is_known || (is_hex(p, 2) && memcmp(p, "ff", 2) != 0);
	bool ends = value.len == NW_TRACE_PARENT_LEN || (!is_known && p[55] == '-');
	bool has_flags = memcmp(p + 53, "00", 2) == 0 || is_hex(p + 53, 2);

	return is_version && ends && has_flags && is_hex(p + 3, 32) && is_hex(p + 36, 16);
}

/* The only field of that name, of a believed peer; p NULL: none. */
static struct nw_span parent_of(const struct nw_exchange *x)
{
	struct nw_span found = {NULL, 0};

	for (uint32_t i = 0; x->is_trusted && i < x->head.n_fields; i++) {
		if (nw_span_eq_nocase(nw_head_span(&x->head, x->head.fields[i].name), "traceparent")) {
			if (found.p != NULL) {
				return (struct nw_span){NULL, 0}; /* which one would be true? */
			}
			found = nw_head_span(&x->head, x->head.fields[i].value);
		}
	}
	return found.p != NULL && is_parent(found) ? found : (struct nw_span){NULL, 0};
}

void nw_trace_parent_into(const struct nw_exchange *x, char to[NW_TRACE_PARENT_LEN + 1])
{
	struct nw_span given = parent_of(x);
	char made[DIGITS];

	hex_into(made, x->trace);
	memcpy(to, "00-", 3);
	memcpy(to + 3, given.p != NULL ? given.p + 3 : made, 32);
	to[35] = '-';
	memcpy(to + 36, made + 16, 16);
	/* Of its flags only one is known here: whether the trace is recorded. A new one is, by our log. */
	bool is_recorded = given.p == NULL || (strchr("13579bdf", given.p[54]) != NULL);

	memcpy(to + 52, is_recorded ? "-01" : "-00", 4);
}
