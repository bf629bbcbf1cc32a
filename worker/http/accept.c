#include "worker/http/accept.h"

#include "common/cc.h"
#include "worker/http/chars.h"

enum {
	ONE = 1000,   /* weights are thousandths */
	UNSAID = -1,  /* the field does not name it */
	BY_NATURE = 0 /* of identity: accepted unless refused, but rather anything that was asked for */
};

struct wish {
	int of[NW_CODINGS];
	int of_others; /* "*" */
};

static const char *const names[NW_CODINGS] = {
	[NW_CODING_IDENTITY] = "identity",
	[NW_CODING_GZIP] = "gzip",
	[NW_CODING_BR] = "br",
};

const char *nw_coding_name(enum nw_coding coding)
{
	return names[coding];
}

/* "0.8" as 800, at most three digits behind the point; UNSAID: no such number. */
static int qvalue(struct nw_span s)
{
	int weight, unit = ONE;

	if (s.len == 0 || s.len > 5 || (s.p[0] != '0' && s.p[0] != '1') || (s.len > 1 && s.p[1] != '.')) {
		return UNSAID;
	}
	weight = (s.p[0] - '0') * ONE;
	for (size_t i = 2; i < s.len; i++) {
		if (!nw_char_is_digit(s.p[i])) {
			return UNSAID;
		}
		unit /= 10;
		weight += (s.p[i] - '0') * unit;
	}
	return weight <= ONE ? weight : UNSAID;
}

/* Of "q=0.8". */
static int weight_of(struct nw_span parameter)
{
	parameter = nw_span_trim(parameter);
	if (parameter.len < 2 || (parameter.p[0] | 0x20) != 'q' || parameter.p[1] != '=') {
		return UNSAID;
	}
	return qvalue((struct nw_span){parameter.p + 2, parameter.len - 2});
}

static void note(struct wish *wish, struct nw_span member)
{
	struct nw_span name;

	if (!nw_span_cut(&member, ';', &name)) {
		return;
	}
	int weight = member.p == NULL ? ONE : weight_of(member);

	name = nw_span_trim(name);
	if (weight == UNSAID) {
		return;
	}
	if (nw_span_eq(name, "*")) {
		wish->of_others = weight;
	}
	for (size_t i = 0; i < NW_ARRAY_LEN(names); i++) {
		if (nw_span_eq_nocase(name, names[i])) {
			wish->of[i] = weight;
		}
	}
	if (nw_span_eq_nocase(name, "x-gzip")) { /* RFC 9110 section 8.4.1.3 */
		wish->of[NW_CODING_GZIP] = weight;
	}
}

static int weight_in(const struct wish *wish, int coding)
{
	return wish->of[coding] != UNSAID ? wish->of[coding] : wish->of_others;
}

static const struct wish nothing = {{UNSAID, UNSAID, UNSAID}, UNSAID};

static void note_all(struct wish *wish, struct nw_span value)
{
	struct nw_span member;

	while (nw_span_cut(&value, ',', &member)) {
		note(wish, member);
	}
}

static enum nw_coding choose(const struct wish *wish, unsigned offered)
{
	int best = NW_CODING_IDENTITY;
	int best_weight = weight_in(wish, best);

	best_weight = best_weight == UNSAID ? BY_NATURE : best_weight;
	for (int coding = best + 1; coding < NW_CODINGS; coding++) {
		int weight = weight_in(wish, coding);

		if ((offered & NW_CODING_BIT(coding)) != 0 && weight > 0 && weight >= best_weight) {
			best = coding;
			best_weight = weight;
		}
	}
	return (enum nw_coding)best;
}

enum nw_coding nw_accept_coding(struct nw_span value, unsigned offered)
{
	struct wish wish = nothing;

	note_all(&wish, value);
	return choose(&wish, offered);
}

enum nw_coding nw_accept_coding_of(const struct nw_head *head, unsigned offered)
{
	struct wish wish = nothing;
	struct nw_span value;
	uint32_t at = 0;

	while ((value = nw_head_next(head, "Accept-Encoding", &at)).p != NULL) {
		note_all(&wish, value);
	}
	return choose(&wish, offered);
}
