#include "master/ctl/format.h"

#include <stdio.h>

enum { DEPTH_MAX = 64 };

void nw_ctl_format_bytes(char *buf, size_t size, double bytes)
{
	static const char units[] = "BKMGTP";
	size_t unit = 0;

	while (bytes >= 1023.5 && unit + 2 < sizeof(units)) {
		bytes /= 1024;
		unit++;
	}
	snprintf(buf, size, unit == 0 || bytes >= 99.95 ? "%.0f%c" : "%.1f%c", bytes, units[unit]);
}

void nw_ctl_format_seconds(char *buf, size_t size, double seconds)
{
	int64_t s = seconds < 0 ? 0 : seconds > 1e12 ? (int64_t)1e12 : (int64_t)seconds;

	if (seconds < 1) {
		snprintf(buf, size, "%.0fms", seconds < 0 ? 0 : seconds * 1e3);
	} else if (s < 60) {
		snprintf(buf, size, "%ds", (int)s);
	} else if (s < 3600) {
		snprintf(buf, size, "%dm%02ds", (int)(s / 60), (int)(s % 60));
	} else if (s < 86400) {
		snprintf(buf, size, "%dh%02dm", (int)(s / 3600), (int)(s / 60 % 60));
	} else {
		snprintf(buf, size, "%lldd%02dh", (long long)(s / 86400), (int)(s / 3600 % 24));
	}
}

void nw_ctl_format_latency(char *buf, size_t size, double seconds)
{
	if (seconds < 0) {
		snprintf(buf, size, "-");
	} else if (seconds < 0.01) {
		snprintf(buf, size, "%.1fms", seconds * 1e3);
	} else if (seconds < 1) {
		snprintf(buf, size, "%.0fms", seconds * 1e3);
	} else {
		snprintf(buf, size, "%.1fs", seconds);
	}
}

void nw_ctl_format_text(struct nw_buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		nw_buf_addc(out, c < 0x20 || c == 0x7f ? '?' : (char)c);
	}
}

/* Numbers and texts as they are. */
static void add_plain(struct nw_buf *out, const cJSON *value)
{
	char *text = cJSON_PrintUnformatted(value);

	if (text == NULL) {
		out->failed = true;
		return;
	}
	nw_buf_adds(out, text);
	cJSON_free(text);
}

static void add_name(struct nw_buf *out, const char *name)
{
	const cJSON text = {.type = cJSON_String, .valuestring = (char *)(uintptr_t)name};

	add_plain(out, &text);
	nw_buf_adds(out, ": ");
}

/* cJSON reads no deeper than 1000. */
static void add_value(struct nw_buf *out, const cJSON *value, int depth)
{
	bool is_object = cJSON_IsObject(value);

	if ((!is_object && !cJSON_IsArray(value)) || value->child == NULL || depth > DEPTH_MAX) {
		add_plain(out, value);
		return;
	}
	nw_buf_addc(out, is_object ? '{' : '[');
	for (const cJSON *child = value->child; child != NULL; child = child->next) {
		nw_buf_addf(out, "\n%*s", (depth + 1) * 2, "");
		if (is_object) {
			add_name(out, child->string);
		}
		add_value(out, child, depth + 1);
		nw_buf_adds(out, child->next == NULL ? "" : ",");
	}
	nw_buf_addf(out, "\n%*s%c", depth * 2, "", is_object ? '}' : ']');
}

void nw_ctl_format_json(struct nw_buf *out, const cJSON *value)
{
	add_value(out, value, 0);
}

double nw_ctl_number(const cJSON *object, const char *name)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsNumber(value) ? value->valuedouble : 0;
}

const char *nw_ctl_string(const cJSON *object, const char *name)
{
	const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

	return text == NULL ? "" : text;
}
