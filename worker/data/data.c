#include "worker/data/data.h"

#include <errno.h>
#include <string.h>

#include <narwhal/store.h>

#include "worker/data/description.h"
#include "worker/data/exposure.h"
#include "worker/data/handlers.h"
#include "worker/data/links.h"
#include "worker/data/state.h"

enum { WRITES = NW_METHOD_POST | NW_METHOD_PATCH | NW_METHOD_PUT | NW_METHOD_DELETE };

/* What answers a method of a collection or of its items. */
struct way {
	enum nw_method method;
	const char *name;
	nw_handler handler;
	unsigned flags;
};

static const struct way WAYS[] = {
	{NW_METHOD_GET, "GET", nw_list_get, NW_THREAD},
	{NW_METHOD_POST, "POST", nw_insert_post, NW_INLINE},
	{NW_METHOD_DELETE, "DELETE", nw_clear_delete, NW_THREAD},
};

static const struct way ITEM_WAYS[] = {
	{NW_METHOD_GET, "GET", nw_item_get, NW_INLINE},
	{NW_METHOD_PATCH, "PATCH", nw_change_patch, NW_THREAD},
	{NW_METHOD_PUT, "PUT", nw_replace_put, NW_THREAD},
	{NW_METHOD_DELETE, "DELETE", nw_remove_delete, NW_INLINE},
};

static int add_ways(struct nw_app *app, const char *path, struct nw_resource *resource, unsigned methods,
		    const struct way *ways, size_t n)
{
	int result = path == NULL ? -ENOMEM : 0;

	for (size_t i = 0; i < n && result == 0; i++) {
		if (methods & ways[i].method) {
			result = nw_app_route_with(app, ways[i].name, path, ways[i].handler, ways[i].flags, resource);
		}
	}
	return result;
}

static int add_routes(struct nw_app *app, struct nw_domain *domain)
{
	const char *home = domain->url_prefix[0] == '\0' ? "/" : domain->url_prefix;
	const char *schema = nw_arena_printf(domain->arena, "%s/%s", domain->url_prefix, NW_DESCRIPTION_NAME);
	int result = nw_app_route(app, "GET", home, nw_home_get, NW_INLINE);

	if (result == 0) {
		result = schema == NULL ? -ENOMEM : nw_app_route(app, "GET", schema, nw_describe_get, NW_INLINE);
	}
	for (size_t i = 0; i < domain->n_resources && result == 0; i++) {
		struct nw_resource *r = &domain->resources[i];
		const char *path = nw_arena_printf(domain->arena, "%s/%s", domain->url_prefix, r->name);
		/* An id that is a string may hold a '/'. */
		const char *param = nw_field_has_type(r->id, NW_TYPE_STRING) ? "<path:item>" : "<item>";
		const char *item = nw_arena_printf(domain->arena, "%s/%s/%s", domain->url_prefix, r->name, param);

		result = add_ways(app, path, r, r->settings.methods, WAYS, NW_ARRAY_LEN(WAYS));
		if (result == 0) {
			result = add_ways(app, item, r, r->settings.item_methods, ITEM_WAYS, NW_ARRAY_LEN(ITEM_WAYS));
		}
	}
	return result;
}

/* What is the same in every answer is made once. */
static int write_bodies(struct nw_state *state)
{
	nw_links_home(&state->home, state->domain);
	nw_description_add(&state->description, state->domain);
	if (state->home.failed || state->description.failed) {
		return -ENOMEM;
	}
	nw_stamp_derive((const uint8_t *)state->description.data, state->description.len, state->description_etag);
	return 0;
}

/* The file's domain, without what may write if --read-only is set. */
static int load_domain(const struct nw_app *app, struct nw_domain **out, struct nw_err *err)
{
	const char *path = nw_app_setting(app, "domain");
	const char *read_only = nw_app_setting(app, "read_only");
	int result = nw_domain_load(path == NULL ? "domain.json" : path, out, err);

	if (result == 0 && read_only != NULL && strcmp(read_only, "True") == 0) {
		for (size_t i = 0; i < (*out)->n_resources; i++) {
			(*out)->resources[i].settings.methods &= ~WRITES;
			(*out)->resources[i].settings.item_methods &= ~WRITES;
		}
	}
	return result;
}

static int load(struct nw_app *app)
{
	struct nw_state *state = calloc(1, sizeof(*state));
	struct nw_err err = {0};

	if (state == NULL) {
		return nw_app_fail(app, "no memory");
	}
	nw_app_set_state(app, state);
	if (load_domain(app, &state->domain, &err) != 0) {
		return nw_app_fail(app, "%s", err.msg);
	}
	if (write_bodies(state) != 0) {
		return nw_app_fail(app, "no memory");
	}
	int result = add_routes(app, state->domain);

	if (result == 0) {
		result = nw_app_on_error(app, 404, nw_error_answer);
	}
	return result != 0 ? result : nw_app_on_error(app, 405, nw_error_answer);
}

/* One line that says which resources can be written from where, by anyone. */
static void warn_of_writes(struct nw_app *app, const struct nw_domain *domain)
{
	const char *bind = nw_app_setting(app, "bind");
	struct nw_buf open = {0}, written = {0};

	nw_exposure_find(bind == NULL ? "" : bind, &open);
	for (size_t i = 0; i < domain->n_resources; i++) {
		const struct nw_resource *r = &domain->resources[i];

		if ((r->settings.methods | r->settings.item_methods) & WRITES) {
			nw_buf_addf(&written, "%s%s", written.len > 0 ? ", " : "", r->name);
		}
	}
	if (open.len > 0 && written.len > 0) {
		nw_app_log('w',
			   "writes are enabled for %s on %s and there is no access control: anyone who can connect can "
			   "change data (README, 'Who can write')",
			   nw_buf_str(&written), nw_buf_str(&open));
	}
	nw_buf_free(&open);
	nw_buf_free(&written);
}

static int ensure_indexes(struct nw_app *app, const struct nw_resource *resource)
{
	for (const struct nw_unique *unique = resource->uniques; unique != NULL; unique = unique->next) {
		bson_error_t error = {0};
		enum nw_store_status status =
			nw_store_ensure_index_sync(nw_app_store(app), resource->collection, unique->path, true, &error);

		if (status == NW_STORE_UNAVAILABLE) {
			nw_app_log('w', "the index that keeps '%s' of '%s' unique waits for the database: %s",
				   unique->path, resource->collection, error.message);
		} else if (status == NW_STORE_DUPLICATE) {
			return nw_app_fail(app,
					   "'%s' of '%s' must be unique, but documents in the store share a value: %s",
					   unique->path, resource->collection, error.message);
		} else if (status != NW_STORE_OK) {
			return nw_app_fail(app, "cannot make the index that keeps '%s' of '%s' unique: %s",
					   unique->path, resource->collection, error.message);
		}
	}
	return 0;
}

static int init(struct nw_app *app)
{
	struct nw_state *state = nw_app_state(app);
	int result = nw_stamp_init(&state->stamp);

	if (result != 0) {
		return nw_app_fail(app, "no random bytes: %s", strerror(-result));
	}
	if (nw_app_is_first(app)) {
		warn_of_writes(app, state->domain);
	}
	for (size_t i = 0; i < state->domain->n_resources && result == 0; i++) {
		result = ensure_indexes(app, &state->domain->resources[i]);
	}
	return result;
}

static void fini(struct nw_app *app)
{
	struct nw_state *state = nw_app_state(app);

	if (state != NULL) {
		nw_domain_free(state->domain);
		nw_buf_free(&state->home);
		nw_buf_free(&state->description);
		free(state);
		nw_app_set_state(app, NULL);
	}
}

const struct nw_module nw_data_module = {
	.abi = NW_ABI,
	.name = "data",
	.load = load,
	.init = init,
	.fini = fini,
};
