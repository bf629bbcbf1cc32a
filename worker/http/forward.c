#include "worker/http/forward.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "worker/http/trace.h"

static const char id_name[] = "X-Request-ID";

/* "X-FORWARDED-PROTO=https" */
struct scheme {
	struct nw_span name, value;
};

struct nw_forward {
	/* A bit for each length (mod 64) that a name we look for has: all other fields are passed over by it. */
	uint64_t lengths;
	uint32_t initials; /* the same for the first letters of those names, in both cases */
	struct nw_networks peers;
	struct scheme *schemes;
	size_t n_schemes;
};

static void look_for(struct nw_forward *forward, struct nw_span name)
{
	forward->lengths |= UINT64_C(1) << (name.len & 63);
	forward->initials |= UINT32_C(1) << (name.p[0] & 31);
}

static void add_scheme(struct nw_forward *forward, const char *text)
{
	struct nw_span name = {text, strcspn(text, "=")};

	forward->schemes[forward->n_schemes++] = (struct scheme){name, nw_span_of(text + name.len + 1)};
	look_for(forward, name);
}

static int fill(struct nw_forward *forward, const struct nw_strings *peers, const struct nw_strings *schemes,
		struct nw_err *err)
{
	look_for(forward, nw_span_of(id_name));
	forward->schemes = calloc(schemes->n + 1, sizeof(*forward->schemes));
	if (forward->schemes == NULL) {
		return nw_err_set(err, -ENOMEM, "forwarded_allow_ips: out of memory");
	}
	for (size_t i = 0; i < schemes->n; i++) {
		add_scheme(forward, schemes->v[i]);
	}
	return nw_networks_parse(peers, &forward->peers, err);
}

int nw_forward_new(const struct nw_strings *peers, const struct nw_strings *schemes, struct nw_forward **out,
		   struct nw_err *err)
{
	struct nw_forward *forward = calloc(1, sizeof(*forward));
	int failed = forward == NULL ? nw_err_set(err, -ENOMEM, "forwarded_allow_ips: out of memory")
				     : fill(forward, peers, schemes, err);

	if (failed != 0) {
		nw_forward_free(forward);
		return failed;
	}
	*out = forward;
	return 0;
}

struct nw_forward *nw_forward_free(struct nw_forward *forward)
{
	if (forward != NULL) {
		nw_networks_free(&forward->peers);
		free(forward->schemes);
		free(forward);
	}
	return NULL;
}

bool nw_forward_trusts(const struct nw_forward *forward, const struct sockaddr *peer)
{
	return forward != NULL && nw_networks_trust(&forward->peers, peer);
}

static bool is_visible(struct nw_span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] <= ' ' || s.p[i] > '~') {
			return false;
		}
	}
	return true;
}

/* What came of the fields so far. */
struct said {
	struct nw_slice id; /* the first X-Request-ID */
	unsigned n_ids;
	unsigned n_schemes, n_secure; /* fields that speak of the scheme, and those of them that say https */
};

static void take_scheme(const struct nw_forward *forward, struct nw_span name, struct nw_span value, struct said *said)
{
	bool is_scheme = false, is_secure = false;

	for (size_t i = 0; i < forward->n_schemes; i++) {
		const struct scheme *scheme = &forward->schemes[i];

		if (scheme->name.len == name.len && strncasecmp(scheme->name.p, name.p, name.len) == 0) {
			is_scheme = true;
			is_secure = is_secure || (value.len == scheme->value.len &&
						  memcmp(value.p, scheme->value.p, value.len) == 0);
		}
	}
	said->n_schemes += is_scheme;
	said->n_secure += is_secure;
}

static void take_field(const struct nw_forward *forward, const struct nw_exchange *x, const struct nw_field *field,
		       struct said *said)
{
	struct nw_span name = nw_head_span(&x->head, field->name);

	if (nw_span_eq_nocase(name, id_name)) {
		said->id = field->value;
		said->n_ids++;
	}
	take_scheme(forward, name, nw_head_span(&x->head, field->value), said);
}

/* The first field from @field on whose name may be one of ours; @end: there is none. */
static const struct nw_field *find(const struct nw_forward *forward, const char *base, const struct nw_field *field,
				   const struct nw_field *end)
{
	uint64_t lengths = forward->lengths;

	for (; field < end; field++) { /* a few instructions for each field of nearly every request behind a proxy */
		if ((lengths >> (field->name.len & 63) & 1) != 0 &&
		    (forward->initials >> (base[field->name.at] & 31) & 1) != 0) {
			break;
		}
	}
	return field;
}

/* The same with at least one such field, @field. Out of line, so that requests without one pay nothing for it. */
static __attribute__((noinline)) enum nw_status take(const struct nw_forward *forward, struct nw_exchange *x,
						     const struct nw_field *field, const char **out_reason)
{
	const struct nw_field *end = x->head.fields + x->head.n_fields;
	struct said said = {.n_ids = 0};

	for (; field < end; field = find(forward, x->head.base, field + 1, end)) {
		take_field(forward, x, field, &said);
	}
	/* Of several, one may be the client's own, that its proxy let through. */
	if (said.n_ids == 1 && said.id.len <= NW_TRACE_ID_MAX && is_visible(nw_head_span(&x->head, said.id))) {
		x->head.request_id = said.id;
	}
	if (said.n_secure != 0 && said.n_secure != said.n_schemes) {
		*out_reason = "Fields disagree about the scheme";
		return NW_STATUS_BAD_REQUEST;
	}
	if (said.n_schemes != 0) {
		x->scheme = said.n_secure != 0 ? NW_SCHEME_HTTPS : NW_SCHEME_HTTP;
	}
	return NW_STATUS_NONE;
}

enum nw_status nw_forward_take(const struct nw_forward *forward, struct nw_exchange *x, const char **out_reason)
{
	const struct nw_field *end = x->head.fields + x->head.n_fields;
	const struct nw_field *field = find(forward, x->head.base, x->head.fields, end);

	return field == end ? NW_STATUS_NONE : take(forward, x, field, out_reason);
}
