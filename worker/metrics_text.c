#include "worker/metrics_text.h"

#include <inttypes.h>

#include "common/json_text.h"

void nw_metrics_head(struct nw_buf *out, const char *name, const char *type, const char *help)
{
	nw_buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void nw_metrics_one(struct nw_buf *out, const char *name, const char *type, const char *help, uint64_t value)
{
	nw_metrics_head(out, name, type, help);
	nw_buf_addf(out, "%s %" PRIu64 "\n", name, value);
}

/* The format takes UTF-8 only; of what is none, each byte is shown as '?'. */
static void add_value(struct nw_buf *out, const char *text)
{
	size_t len = strlen(text), whole;

	for (size_t at = 0; at < len; at += whole) {
		whole = nw_json_text_utf8(text + at, len - at);
		if (whole == 0) {
			nw_buf_addc(out, '?');
			whole = 1;
		} else if (text[at] == '\n') {
			nw_buf_adds(out, "\\n");
		} else {
			nw_buf_adds(out, text[at] == '"' || text[at] == '\\' ? "\\" : "");
			nw_buf_add(out, text + at, whole);
		}
	}
}

void nw_metrics_label(struct nw_buf *out, const char *name, const char *text)
{
	nw_buf_addf(out, "%s%s=\"", out->len == 0 ? "" : ",", name);
	add_value(out, text);
	nw_buf_addc(out, '"');
}

void nw_metrics_times(struct nw_buf *out, const char *name, const char *labels, const struct nw_board_times *times)
{
	const char *comma = labels[0] == '\0' ? "" : ",";
	uint64_t below = 0;

	for (size_t i = 0; i < NW_BOARD_BUCKETS; i++) {
		below += times->bucket[i];
		if (i + 1 < NW_BOARD_BUCKETS) {
			nw_buf_addf(out, "%s_bucket{%s%sle=\"%g\"} %" PRIu64 "\n", name, labels, comma,
				    (double)nw_board_bucket_us[i] / 1e6, below);
		} else {
			nw_buf_addf(out, "%s_bucket{%s%sle=\"+Inf\"} %" PRIu64 "\n", name, labels, comma, below);
		}
	}
	const char *open = labels[0] == '\0' ? "" : "{", *close = labels[0] == '\0' ? "" : "}";

	nw_buf_addf(out, "%s_sum%s%s%s %.6f\n", name, open, labels, close, (double)times->us / 1e6);
	nw_buf_addf(out, "%s_count%s%s%s %" PRIu64 "\n", name, open, labels, close, below);
}
