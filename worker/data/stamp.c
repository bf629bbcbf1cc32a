#include "worker/data/stamp.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "common/clock.h"

/* A bijection that leaves no pattern of a count to be seen (the finalizer of SplitMix64). */
static uint64_t mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static int fill_random(void *data, size_t len)
{
	ssize_t n = getrandom(data, len, 0);

	return n == (ssize_t)len ? 0 : n < 0 ? -errno : -EIO;
}

int nw_stamp_init(struct nw_stamp *stamp)
{
	uint32_t first_id = 0;
	int result = fill_random(stamp->prefix, sizeof(stamp->prefix));

	if (result == 0) {
		result = fill_random(stamp->id_prefix, sizeof(stamp->id_prefix));
	}
	if (result == 0) {
		result = fill_random(&stamp->offset, sizeof(stamp->offset));
	}
	if (result == 0) {
		result = fill_random(&first_id, sizeof(first_id));
	}
	atomic_init(&stamp->n_etags, 0);
	atomic_init(&stamp->n_ids, first_id);
	return result;
}

static void add_hex(char *out, const unsigned char *data, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[data[i] >> 4];
		out[2 * i + 1] = digits[data[i] & 15];
	}
	out[2 * len] = '\0';
}

void nw_stamp_etag(struct nw_stamp *stamp, char out[NW_ETAG_LEN + 1])
{
	uint64_t count = atomic_fetch_add_explicit(&stamp->n_etags, 1, memory_order_relaxed);
	uint64_t unique = mix(count + stamp->offset);
	unsigned char bytes[NW_ETAG_LEN / 2];

	memcpy(bytes, &unique, sizeof(unique));
	memcpy(bytes + sizeof(unique), stamp->prefix, sizeof(stamp->prefix));
	add_hex(out, bytes, sizeof(bytes));
}

void nw_stamp_id(struct nw_stamp *stamp, bson_oid_t *out)
{
	uint32_t seconds = (uint32_t)(nw_clock_wall_ms() / 1000);
	uint32_t count = atomic_fetch_add_explicit(&stamp->n_ids, 1, memory_order_relaxed);
	uint8_t bytes[12] = {(uint8_t)(seconds >> 24), (uint8_t)(seconds >> 16), (uint8_t)(seconds >> 8),
			     (uint8_t)seconds};

	memcpy(bytes + 4, stamp->id_prefix, sizeof(stamp->id_prefix));
	bytes[9] = (uint8_t)(count >> 16);
	bytes[10] = (uint8_t)(count >> 8);
	bytes[11] = (uint8_t)count;
	bson_oid_init_from_data(out, bytes);
}

int64_t nw_stamp_now(void)
{
	return nw_clock_wall_ms() / 1000 * 1000;
}

void nw_stamp_derive(const uint8_t *data, size_t len, char out[NW_ETAG_LEN + 1])
{
	/* Three FNV-1a sums that begin differently, each mixed at the end. */
	uint64_t sums[3] = {0xcbf29ce484222325u, 0x6c62272e07bb0142u, 0x9e3779b97f4a7c15u};
	unsigned char bytes[sizeof(sums)];

	for (size_t i = 0; i < len; i++) {
		for (size_t k = 0; k < NW_ARRAY_LEN(sums); k++) {
			sums[k] = (sums[k] ^ data[i]) * 0x100000001b3u;
		}
	}
	for (size_t k = 0; k < NW_ARRAY_LEN(sums); k++) {
		sums[k] = mix(sums[k] + k);
	}
	memcpy(bytes, sums, sizeof(sums));
	memset(bytes, 0, NW_ETAG_DERIVED / 2);
	add_hex(out, bytes, NW_ETAG_LEN / 2);
}

bool nw_stamp_is_derived(struct nw_span etag)
{
	return etag.len == NW_ETAG_LEN && strspn(etag.p, "0") >= NW_ETAG_DERIVED;
}
