#include "worker/data/domain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "common/memo.h"
#include "worker/data/jsonc.h"
#include "worker/data/keys.h"

enum { FILE_MAX = 4 << 20, PAGE_SIZE = 25, PAGE_MAX = 50 };

/* A file while it is read. */
struct reading {
	struct nw_reader reader;
	struct nw_domain *domain;
	struct nw_resource_settings settings; /* of the top */
	const cJSON *resources;
};

static void read_resources(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;
	const char *twice;

	if (!cJSON_IsObject(json)) {
		nw_mistakes_add(r->reader.mistakes, at, "must be an object of resources");
	} else if ((twice = nw_jsonc_twice(json)) != NULL) {
		nw_mistakes_add(r->reader.mistakes, at, "'%s' stands here twice", twice);
	} else if (json->child == NULL) {
		nw_mistakes_add(r->reader.mistakes, at, "has no resource");
	} else {
		r->resources = json; /* compiled once the settings that they take over are known */
	}
}

/* "api", "/api" and "api/v1" alike become "/api/v1". */
static void read_url_prefix(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;
	const char *prefix = nw_keys_read_string(&r->reader, json, at);

	if (prefix == NULL) {
		return;
	}
	prefix += prefix[0] == '/';
	size_t good = strspn(prefix, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.~/");

	if (prefix[0] == '\0' || prefix[good] != '\0' || prefix[good - 1] == '/' || strstr(prefix, "//") != NULL) {
		nw_mistakes_add(r->reader.mistakes, at, "must be a path like \"api\" or \"api/v1\"");
		return;
	}
	r->domain->url_prefix = nw_arena_printf(r->reader.arena, "/%s", prefix);
}

static void read_methods(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	nw_resource_read_methods(&r->reader, json, at, NW_METHOD_GET | NW_METHOD_POST | NW_METHOD_DELETE,
				 &r->settings.methods);
}

static void read_item_methods(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	nw_resource_read_methods(&r->reader, json, at,
				 NW_METHOD_GET | NW_METHOD_PATCH | NW_METHOD_PUT | NW_METHOD_DELETE,
				 &r->settings.item_methods);
}

static void read_page_size(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	nw_keys_read_int(&r->reader, json, at, 1, NW_PAGE_LIMIT, &r->settings.page_size);
}

static void read_page_limit(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	nw_keys_read_int(&r->reader, json, at, 1, NW_PAGE_LIMIT, &r->settings.page_limit);
}

static void read_allow_unknown(void *arg, const cJSON *json, const struct nw_pointer *at)
{
	struct reading *r = arg;

	nw_keys_read_bool(&r->reader, json, at, &r->settings.allow_unknown);
}

/* NULL: a setting of Eve that is not there yet. */
static const struct nw_key KEYS[] = {
	{"domain", read_resources},
	{"url_prefix", read_url_prefix},
	{"resource_methods", read_methods},
	{"item_methods", read_item_methods},
	{"pagination_default", read_page_size},
	{"pagination_limit", read_page_limit},
	{"allow_unknown", read_allow_unknown},
	{"api_version", NULL},
	{"date_format", NULL},
	{"pagination", NULL},
	{"hateoas", NULL},
	{"if_match", NULL},
	{"enforce_if_match", NULL},
	{"bulk_enabled", NULL},
	{"upsert_on_put", NULL},
	{"sorting", NULL},
	{"embedding", NULL},
	{"projection", NULL},
	{"allowed_filters", NULL},
	{"versioning", NULL},
	{"soft_delete", NULL},
	{"cache_control", NULL},
	{"cache_expires", NULL},
	{"x_domains", NULL},
	{"x_domains_re", NULL},
	{"x_headers", NULL},
	{"x_expose_headers", NULL},
	{"x_max_age", NULL},
	{"x_allow_credentials", NULL},
	{"auth_field", NULL},
	{"public_methods", NULL},
	{"public_item_methods", NULL},
	{"allowed_roles", NULL},
	{"allowed_read_roles", NULL},
	{"allowed_write_roles", NULL},
	{"allowed_item_roles", NULL},
	{"rate_limit_get", NULL},
	{"rate_limit_post", NULL},
	{"schema_endpoint", NULL},
	{"last_updated", NULL},
	{"date_created", NULL},
	{"id_field", NULL},
	{"etag", NULL},
	{"items", NULL},
	{"optimize_pagination_for_speed", NULL},
	{"validation_error_as_list", NULL},
};

static size_t count(const cJSON *json)
{
	size_t n = 0;

	for (const cJSON *c = json->child; c != NULL; c = c->next) {
		n++;
	}
	return n;
}

static void compile_resources(struct reading *r)
{
	struct nw_domain *domain = r->domain;
	struct nw_pointer at = {NULL, "domain"};

	domain->resources = nw_arena_alloc(r->reader.arena, count(r->resources) * sizeof(*domain->resources));
	for (const cJSON *c = r->resources->child; c != NULL && domain->resources != NULL; c = c->next) {
		struct nw_resource *resource = &domain->resources[domain->n_resources++];
		struct nw_pointer here = {&at, c->string};

		resource->domain = domain;
		resource->settings = r->settings;
		resource->name = nw_arena_strdup(r->reader.arena, c->string);
		nw_resource_compile(&r->reader, c, &here, resource);
	}
	for (size_t i = 0; i < domain->n_resources; i++) {
		struct nw_pointer here = {&at, domain->resources[i].name};

		nw_resource_bind(&r->reader, domain, &domain->resources[i], &here);
	}
}

static void read_root(struct reading *r, const cJSON *json)
{
	nw_keys_read(&r->reader, json, NULL, "key", KEYS, NW_ARRAY_LEN(KEYS), r);
	if (cJSON_IsObject(json) && cJSON_GetObjectItemCaseSensitive(json, "domain") == NULL) {
		nw_mistakes_add(r->reader.mistakes, NULL,
				"'domain' is missing: the resources, e.g. "
				"{\"domain\":{\"notes\":{\"schema\":{\"text\":{\"type\":\"string\"}}}}}");
	}
	if (r->resources != NULL) {
		compile_resources(r);
	}
}

static int compile(const char *file, const cJSON *json, struct nw_domain *domain, struct nw_err *err)
{
	struct nw_mistakes mistakes = {.file = file};
	struct reading r = {
		.reader = {domain->arena, &mistakes},
		.domain = domain,
		.settings = {.methods = NW_METHOD_GET,
			     .item_methods = NW_METHOD_GET,
			     .page_size = PAGE_SIZE,
			     .page_limit = PAGE_MAX},
	};
	int result = 0;

	domain->url_prefix = "";
	read_root(&r, json);
	if (mistakes.n > 0) {
		result = nw_err_set(err, -EINVAL, "%s", nw_mistakes_text(&mistakes));
	}
	nw_mistakes_fini(&mistakes);
	return result;
}

static struct nw_domain *new_domain(void)
{
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_domain *domain = arena == NULL ? NULL : nw_arena_alloc(arena, sizeof(*domain));

	if (domain == NULL) {
		nw_arena_free(arena);
		return NULL;
	}
	domain->arena = arena;
	return domain;
}

int nw_domain_parse(const char *file, const char *text, size_t len, struct nw_domain **out, struct nw_err *err)
{
	cJSON *json;
	int result = nw_jsonc_parse(text, len, &json, err);

	if (result != 0) {
		return nw_err_set(err, result, "%s:%s", file, err == NULL ? "" : err->msg);
	}
	struct nw_domain *domain = new_domain();

	result = domain == NULL ? nw_err_set(err, -ENOMEM, "%s: no memory", file) : compile(file, json, domain, err);
	cJSON_Delete(json);
	if (result != 0) {
		nw_domain_free(domain);
		return result;
	}
	*out = domain;
	return 0;
}

int nw_domain_load(const char *path, struct nw_domain **out, struct nw_err *err)
{
	const char *name = strncmp(path, "./", 2) == 0 ? path + 2 : path;
	NW_AUTO_FREE char *text = NULL;
	size_t len = 0;
	int result = nw_memo_read_file(path, FILE_MAX, &text, &len);

	if (result == -ENOENT) {
		return nw_err_set(err, -ENOENT,
				  "%s: no such file; create one, e.g. "
				  "{\"domain\":{\"notes\":{\"schema\":{\"text\":{\"type\":\"string\"}}}}}, "
				  "or name another with --domain FILE, or an APP: narwhal ./app.so",
				  name);
	}
	if (result == -EFBIG) {
		return nw_err_set(err, result, "%s: larger than %d MiB", name, FILE_MAX >> 20);
	}
	if (result != 0) {
		return nw_err_set(err, result, "%s: %s", name, strerror(-result));
	}
	return nw_domain_parse(name, text, len, out, err);
}

struct nw_domain *nw_domain_free(struct nw_domain *domain)
{
	if (domain != NULL) {
		nw_arena_free(domain->arena);
	}
	return NULL;
}
