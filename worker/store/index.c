#include "worker/store/index.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "worker/store/op.h"

struct index {
	struct index *next;
	char *collection;
	char *field;
	bool unique;
};

struct nw_index_list {
	const struct nw_driver *driver;
	void *db;
	pthread_mutex_t lock;
	struct index *pending;
	atomic_uint n_pending; /* written under the lock; zero, as nearly always, costs a lane nothing */
};

static void index_free(struct index *index)
{
	free(index->collection);
	free(index->field);
	free(index);
}

static struct index *index_new(const char *collection, const char *field, bool unique)
{
	struct index *index = calloc(1, sizeof(*index));

	if (index == NULL) {
		return NULL;
	}
	index->collection = strdup(collection);
	index->field = strdup(field);
	index->unique = unique;
	if (index->collection == NULL || index->field == NULL) {
		index_free(index);
		return NULL;
	}
	return index;
}

struct nw_index_list *nw_index_open(const struct nw_driver *driver, void *db)
{
	struct nw_index_list *list = calloc(1, sizeof(*list));

	if (list != NULL) {
		list->driver = driver;
		list->db = db;
		pthread_mutex_init(&list->lock, NULL);
	}
	return list;
}

struct nw_index_list *nw_index_close(struct nw_index_list *list)
{
	if (list == NULL) {
		return NULL;
	}
	while (list->pending != NULL) {
		struct index *index = list->pending;

		list->pending = index->next;
		index_free(index);
	}
	pthread_mutex_destroy(&list->lock);
	free(list);
	return NULL;
}

static bool is_pending(const struct nw_index_list *list, const char *collection, const char *field, bool unique)
{
	for (const struct index *index = list->pending; index != NULL; index = index->next) {
		if (index->unique == unique && strcmp(index->collection, collection) == 0 &&
		    strcmp(index->field, field) == 0) {
			return true;
		}
	}
	return false;
}

static enum nw_store_status keep_pending(struct nw_index_list *list, const char *collection, const char *field,
					 bool unique, bson_error_t *error)
{
	enum nw_store_status status = NW_STORE_UNAVAILABLE;

	pthread_mutex_lock(&list->lock);
	if (!is_pending(list, collection, field, unique)) {
		struct index *index = index_new(collection, field, unique);

		if (index == NULL) {
			status = nw_op_error(error, NW_STORE_FAILED, "%s.%s: no memory", collection, field);
		} else {
			index->next = list->pending;
			list->pending = index;
			atomic_fetch_add(&list->n_pending, 1);
		}
	}
	pthread_mutex_unlock(&list->lock);
	return status;
}

enum nw_store_status nw_index_declare_sync(struct nw_index_list *list, const char *collection, const char *field,
					   bool unique, bool is_away, bson_error_t *error)
{
	if (!is_away) {
		enum nw_store_status status = list->driver->ensure_index(list->db, collection, field, unique, error);

		if (status != NW_STORE_UNAVAILABLE) {
			return status;
		}
	}
	return keep_pending(list, collection, field, unique, error);
}

/* One that cannot be made stays: a write that it was to guard must not pass, and the documents may be put right. */
static enum nw_store_status settle_all(struct nw_index_list *list, const char *collection, bson_error_t *error)
{
	struct index **link = &list->pending;

	while (*link != NULL) {
		struct index *index = *link;

		if (strcmp(index->collection, collection) != 0) {
			link = &index->next;
			continue;
		}
		enum nw_store_status status =
			list->driver->ensure_index(list->db, collection, index->field, index->unique, error);

		if (status != NW_STORE_OK) {
			return status == NW_STORE_UNAVAILABLE ? NW_STORE_UNAVAILABLE : NW_STORE_FAILED;
		}
		*link = index->next;
		index_free(index);
		atomic_fetch_sub(&list->n_pending, 1);
	}
	return NW_STORE_OK;
}

enum nw_store_status nw_index_settle_sync(struct nw_index_list *list, const char *collection, bson_error_t *error)
{
	if (atomic_load_explicit(&list->n_pending, memory_order_acquire) == 0) {
		return NW_STORE_OK;
	}
	pthread_mutex_lock(&list->lock);
	enum nw_store_status status = settle_all(list, collection, error);

	pthread_mutex_unlock(&list->lock);
	return status;
}
