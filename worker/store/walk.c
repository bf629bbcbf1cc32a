#include "worker/store/walk.h"

#include <endian.h>
#include <string.h>

enum {
	OTHER = -1,        /* no type */
	TEXT = -2,         /* length, bytes, NUL */
	NESTED = -3,       /* length that counts itself */
	BINARY = -4,       /* length, subtype, bytes */
	TEXT_AND_OID = -5, /* DBPointer */
	TWO_NAMES = -6,    /* regular expression */
	OID_SIZE = 12,
	SMALLEST = 5, /* document */
};

/** Bytes of a value by its type; negative: as above. */
static int kind_of(unsigned type)
{
	static const signed char kinds[] = {
		OTHER, 8,         TEXT,         NESTED, NESTED, BINARY, 0, OID_SIZE, 1, 8,
		0,     TWO_NAMES, TEXT_AND_OID, TEXT,   TEXT,   NESTED, 4, 8,        8, 16,
	};

	if (type < sizeof(kinds)) {
		return kinds[type];
	}
	return type == BSON_TYPE_MAXKEY || type == BSON_TYPE_MINKEY ? 0 : OTHER;
}

uint32_t nw_walk_uint32(const uint8_t *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return le32toh(n);
}

uint64_t nw_walk_uint64(const uint8_t *p)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return le64toh(n);
}

bool nw_walk_init(struct nw_walk *walk, const uint8_t *data, size_t len)
{
	if (len < SMALLEST || nw_walk_uint32(data) != len || data[len - 1] != 0) {
		return false;
	}
	walk->next = data + 4;
	walk->end = data + len - 1;
	return true;
}

bool nw_walk_doc(struct nw_walk *walk, const bson_t *doc)
{
	return nw_walk_init(walk, bson_get_data(doc), doc->len);
}

/** Two texts with a NUL each: their size; 0: not there. */
static size_t two_names(const uint8_t *p, size_t left)
{
	const uint8_t *first = memchr(p, 0, left);
	const uint8_t *second = first == NULL ? NULL : memchr(first + 1, 0, left - (size_t)(first + 1 - p));

	return second == NULL ? 0 : (size_t)(second + 1 - p);
}

/** The size of a value that says itself how long it is; 0: it does not fit in @left. */
static size_t measure(int kind, const uint8_t *p, size_t left)
{
	if (kind == TWO_NAMES) {
		return two_names(p, left);
	}
	if (kind == OTHER || left < SMALLEST) {
		return 0;
	}
	size_t len = nw_walk_uint32(p);

	if (len > left) {
		return 0;
	}
	if (kind == NESTED) {
		return len >= SMALLEST ? len : 0;
	}
	size_t size = len + (kind == BINARY ? 5 : kind == TEXT ? 4 : 4 + OID_SIZE);

	/* A text ends with its NUL. */
	return size > left || (kind != BINARY && (len == 0 || p[3 + len] != 0)) ? 0 : size;
}

bool nw_walk_next(struct nw_walk *walk)
{
	const uint8_t *p = walk->next;

	if (p >= walk->end) {
		return false;
	}
	unsigned type = *p++;

	/* There is a NUL at the end at the latest. */
	walk->name = (const char *)p;
	walk->name_len = strlen(walk->name);
	p += walk->name_len + 1;
	if (p > walk->end) {
		walk->next = walk->end;
		return false;
	}
	size_t left = (size_t)(walk->end - p);
	int kind = kind_of(type);
	size_t size = kind >= 0 ? (size_t)kind : measure(kind, p, left);

	if (size > left || (kind < 0 && size == 0)) {
		walk->next = walk->end;
		return false;
	}
	walk->value = p;
	walk->size = size;
	walk->type = (bson_type_t)type;
	walk->next = p + size;
	return true;
}

bool nw_walk_find(struct nw_walk *walk, const char *name, size_t len)
{
	while (nw_walk_next(walk)) {
		if (walk->name_len == len && memcmp(walk->name, name, len) == 0) {
			return true;
		}
	}
	return false;
}

void nw_walk_at(struct nw_walk *walk, const bson_iter_t *iter)
{
	walk->name = bson_iter_key(iter);
	walk->name_len = strlen(walk->name);
	walk->value = (const uint8_t *)walk->name + walk->name_len + 1;
	walk->type = bson_iter_type(iter);
	walk->end = iter->raw + iter->len - 1;
	walk->next = iter->raw + iter->next_off;
	walk->size = (size_t)(walk->next - walk->value);
}

bool nw_walk_into(const struct nw_walk *walk, struct nw_walk *out)
{
	return nw_walk_init(out, walk->value, walk->size);
}

const char *nw_walk_text(const struct nw_walk *walk, size_t *out_len)
{
	*out_len = nw_walk_uint32(walk->value) - 1;
	return (const char *)walk->value + 4;
}

const uint8_t *nw_walk_binary(const struct nw_walk *walk, size_t *out_len)
{
	size_t len = nw_walk_uint32(walk->value);
	/* The old subtype says the length again. */
	size_t skip = walk->value[4] == BSON_SUBTYPE_BINARY_DEPRECATED && len >= 4 ? 4 : 0;

	*out_len = len - skip;
	return walk->value + 5 + skip;
}
