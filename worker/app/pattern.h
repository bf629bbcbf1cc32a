/**
 * The path of a route, taken apart: /items/<int:id>/<name>.json. Segments are what stands between slashes; one holds
 * at most one parameter, with literal text around it.
 */
#ifndef NW_APP_PATTERN_H
#define NW_APP_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/err.h"
#include "common/str.h"

enum {
	NW_ROUTE_PARAMS = 8,      /* most parameters of one path */
	NW_PATTERN_SEGMENTS = 32, /* most segments of one path */
};

/** From narrow to wide: where two match, the earlier wins. */
enum nw_param_kind {
	NW_PARAM_INT,      /* digits that fit int64_t */
	NW_PARAM_FLOAT,    /* digits, a point, digits */
	NW_PARAM_UUID,     /* 8-4-4-4-12 hex digits */
	NW_PARAM_OBJECTID, /* 24 hex digits */
	NW_PARAM_STRING,   /* one segment, not empty */
	NW_PARAM_PATH,     /* one or more segments; does not begin with '/' */
};

/** All spans point into the path that was parsed. */
struct nw_segment {
	bool is_param;
	enum nw_param_kind kind;
	struct nw_span name;   /* of the parameter */
	struct nw_span prefix; /* in front of the parameter; of a literal: all of it */
	struct nw_span suffix; /* behind the parameter */
};

struct nw_pattern {
	struct nw_segment segments[NW_PATTERN_SEGMENTS]; /* a path that ends in '/' has an empty literal last */
	size_t n;
	size_t n_params;
};

/** -EINVAL: the sentence quotes @path and says what is wrong with it. */
int nw_pattern_parse(const char *path, struct nw_pattern *out, struct nw_err *err) NW_MUST_CHECK;

/** Is @text what a parameter of @kind takes? PATH: anything that is not empty and does not begin with '/'. */
bool nw_pattern_accepts(enum nw_param_kind kind, struct nw_span text);

#endif
