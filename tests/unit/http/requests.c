#include "tests/unit/http/requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"
#include "worker/http/chars.h"

static char unescape_one(const char **p)
{
	static const char names[] = "rnt\\", bytes[] = "\r\n\t\\";
	char c = *(*p)++;

	if (c != '\\') {
		return c;
	}
	c = *(*p)++;
	if (c == 'x') {
		int high = nw_char_hex((*p)[0]), low = high < 0 ? -1 : nw_char_hex((*p)[1]);

		ck_assert_msg(low >= 0, "not \\xHH: %s", *p);
		*p += 2;
		return (char)(high << 4 | low);
	}
	const char *name = c == '\0' ? NULL : strchr(names, c);

	ck_assert_msg(name != NULL, "an unknown escape: %s", *p - 1);
	return bytes[name - names];
}

static size_t unescape(const char *p, char out[NW_REQUESTS_TEXT])
{
	size_t len = 0;

	while (*p != '\0') {
		ck_assert_uint_lt(len, NW_REQUESTS_TEXT);
		out[len++] = unescape_one(&p);
	}
	return len;
}

static struct nw_parser_rules rules_of(const char *letters)
{
	return (struct nw_parser_rules){
		.allows_folding = strchr(letters, 'f') != NULL,
		.allows_name_space = strchr(letters, 's') != NULL,
		.allows_any_method = strchr(letters, 'm') != NULL,
		.allows_any_version = strchr(letters, 'v') != NULL,
		.raises_method = strchr(letters, 'c') != NULL,
		.header_map = strchr(letters, 'r') != NULL   ? NW_HEADER_MAP_REFUSE
			      : strchr(letters, 'k') != NULL ? NW_HEADER_MAP_KEEP
							     : NW_HEADER_MAP_DROP,
	};
}

static void take_line(char *line, bool has_data, struct nw_request_case *out)
{
	char *rest = line;
	const char *status = strsep(&rest, " "), *letters = strsep(&rest, " ");
	const char *data = has_data ? strsep(&rest, " ") : "-";

	ck_assert_msg(rest != NULL, "too few words: %s", line);
	out->status = (unsigned)atoi(status);
	out->rules = rules_of(letters);
	out->data_len = strcmp(data, "-") == 0 ? 0 : unescape(data, out->data);
	out->len = unescape(rest, out->text);
}

size_t nw_requests_read(const char *name, bool has_data, struct nw_request_case cases[NW_REQUESTS_MAX])
{
	const char *root = getenv("MESON_SOURCE_ROOT");
	char path[512], line[4 * NW_REQUESTS_TEXT];
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/tests/requests/%s", root == NULL ? "." : root, name);
	FILE *file = fopen(path, "r");

	ck_assert_msg(file != NULL, "cannot open %s", path);
	for (unsigned at = 1; fgets(line, sizeof(line), file) != NULL; at++) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0' && line[0] != '#') {
			ck_assert_uint_lt(n, NW_REQUESTS_MAX);
			cases[n].line = at;
			take_line(line, has_data, &cases[n++]);
		}
	}
	fclose(file);
	ck_assert_uint_gt(n, 0);
	return n;
}
