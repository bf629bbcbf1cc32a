#include "frontend/nginx/resolvconf.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char BLANK[] = " \t\r";

static void add_server(struct nw_resolvconf *out, const char *word)
{
	struct in6_addr addr;
	char *slot;

	if (out->n_servers == NW_RESOLVCONF_SERVERS) {
		return;
	}
	/* nginx has no way to write the zone of a link-local address (fe80::1%eth0): inet_pton refuses it. */
	slot = out->servers[out->n_servers];
	if (inet_pton(AF_INET, word, &addr) == 1) {
		snprintf(slot, sizeof(out->servers[0]), "%s", word);
	} else if (inet_pton(AF_INET6, word, &addr) == 1) {
		snprintf(slot, sizeof(out->servers[0]), "[%s]", word);
	} else {
		return;
	}
	out->n_servers++;
}

static void add_search(struct nw_resolvconf *out, const char *word)
{
	size_t len = strlen(word);

	if (len > 0 && word[len - 1] == '.') {
		len--;
	}
	if (len > 0 && len < NW_RESOLVCONF_NAME && out->n_search < NW_RESOLVCONF_SEARCH) {
		snprintf(out->search[out->n_search++], NW_RESOLVCONF_NAME, "%.*s", (int)len, word);
	}
}

static void set_option(struct nw_resolvconf *out, const char *word)
{
	if (strncmp(word, "ndots:", 6) == 0) {
		long n = strtol(word + 6, NULL, 10);

		out->ndots = n < 0 ? 0 : n > 15 ? 15 : (int)n; /* the C library's bounds */
	}
}

static void parse_line(char *line, struct nw_resolvconf *out)
{
	void (*take)(struct nw_resolvconf *, const char *) = NULL;
	char *rest = NULL;
	const char *key = strtok_r(line, BLANK, &rest);
	const char *word;

	if (key == NULL || *key == '#' || *key == ';') {
		return;
	}
	if (strcmp(key, "nameserver") == 0) {
		take = add_server;
	} else if (strcmp(key, "search") == 0 || strcmp(key, "domain") == 0) {
		take = add_search;
		out->n_search = 0; /* the last of them counts */
	} else if (strcmp(key, "options") == 0) {
		take = set_option;
	} else {
		return;
	}
	while ((word = strtok_r(NULL, BLANK, &rest)) != NULL) {
		take(out, word);
	}
}

void nw_resolvconf_parse(const char *text, struct nw_resolvconf *out)
{
	char line[4096];

	*out = (struct nw_resolvconf){.ndots = 1};
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		if (len < sizeof(line)) {
			memcpy(line, text, len);
			line[len] = '\0';
			parse_line(line, out);
		}
		text += len;
		text += *text == '\n';
	}
	if (out->n_servers == 0) {
		add_server(out, "127.0.0.1");
	}
}

static int count_dots(const char *name)
{
	int n = 0;

	for (; *name != '\0'; name++) {
		n += *name == '.';
	}
	return n;
}

bool nw_resolvconf_candidate(const struct nw_resolvconf *conf, const char *name, int i, char out[NW_RESOLVCONF_NAME])
{
	size_t len = strlen(name);
	bool is_whole = len > 0 && name[len - 1] == '.';
	int as_it_is = is_whole || count_dots(name) >= conf->ndots ? 0 : conf->n_search;
	int n;

	if (len == 0 || i < 0 || i > (is_whole ? 0 : conf->n_search)) {
		return false;
	}
	if (i == as_it_is) {
		n = snprintf(out, NW_RESOLVCONF_NAME, "%.*s", (int)len - is_whole, name);
	} else {
		n = snprintf(out, NW_RESOLVCONF_NAME, "%s.%s", name, conf->search[i - (as_it_is == 0)]);
	}
	return n > 0 && n < NW_RESOLVCONF_NAME;
}
