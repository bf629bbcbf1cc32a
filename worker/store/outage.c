#include "worker/store/outage.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "common/thread.h"

enum { PING_EVERY_S = 1 };

struct nw_outage {
	const struct nw_driver *driver;
	void *db;
	atomic_bool is_on; /* written under the lock, read without */
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_closing;
	bson_error_t error; /* why */
	pthread_t thread;
};

/* Between two pings. */
static void wait_a_second(struct nw_outage *outage)
{
	struct timespec until;
	int code = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += PING_EVERY_S;
	while (!outage->is_closing && code != ETIMEDOUT) {
		code = pthread_cond_timedwait(&outage->changed, &outage->lock, &until);
	}
}

static void ping_until_answered(struct nw_outage *outage)
{
	while (!outage->is_closing) {
		bson_error_t error = {0};

		pthread_mutex_unlock(&outage->lock);
		enum nw_store_status status = outage->driver->ping(outage->db, &error);

		pthread_mutex_lock(&outage->lock);
		if (status != NW_STORE_UNAVAILABLE) {
			atomic_store(&outage->is_on, false);
			return;
		}
		outage->error = error;
		wait_a_second(outage);
	}
}

static void *outage_main(void *arg)
{
	struct nw_outage *outage = arg;

	pthread_mutex_lock(&outage->lock);
	while (!outage->is_closing) {
		if (atomic_load(&outage->is_on)) {
			ping_until_answered(outage);
		} else {
			pthread_cond_wait(&outage->changed, &outage->lock);
		}
	}
	pthread_mutex_unlock(&outage->lock);
	return NULL;
}

static int start_thread(struct nw_outage *outage)
{
	int code = nw_thread_start(&outage->thread, outage_main, outage);

	if (code == 0) {
		pthread_setname_np(outage->thread, "store-outage");
	}
	return code;
}

static void outage_free(struct nw_outage *outage)
{
	pthread_cond_destroy(&outage->changed);
	pthread_mutex_destroy(&outage->lock);
	free(outage);
}

int nw_outage_open(const struct nw_driver *driver, void *db, struct nw_outage **out, struct nw_err *err)
{
	struct nw_outage *outage = calloc(1, sizeof(*outage));
	pthread_condattr_t attr;

	if (outage == NULL) {
		return nw_err_set(err, -ENOMEM, "store: no memory");
	}
	outage->driver = driver;
	outage->db = db;
	pthread_mutex_init(&outage->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&outage->changed, &attr);
	pthread_condattr_destroy(&attr);
	int code = start_thread(outage);

	if (code != 0) {
		outage_free(outage);
		return nw_err_set(err, code, "store: cannot start a thread: %s", strerror(-code));
	}
	*out = outage;
	return 0;
}

struct nw_outage *nw_outage_close(struct nw_outage *outage)
{
	if (outage == NULL) {
		return NULL;
	}
	pthread_mutex_lock(&outage->lock);
	outage->is_closing = true;
	pthread_cond_broadcast(&outage->changed);
	pthread_mutex_unlock(&outage->lock);
	pthread_join(outage->thread, NULL);
	outage_free(outage);
	return NULL;
}

bool nw_outage_is_on(struct nw_outage *outage, bson_error_t *error)
{
	if (outage == NULL || !atomic_load_explicit(&outage->is_on, memory_order_relaxed)) {
		return false;
	}
	pthread_mutex_lock(&outage->lock);
	bool is_on = atomic_load(&outage->is_on);

	if (is_on && error != NULL) {
		*error = outage->error;
	}
	pthread_mutex_unlock(&outage->lock);
	return is_on;
}

void nw_outage_begin(struct nw_outage *outage, const bson_error_t *error)
{
	if (outage == NULL) {
		return;
	}
	pthread_mutex_lock(&outage->lock);
	if (!atomic_load(&outage->is_on)) {
		outage->error = *error;
		atomic_store(&outage->is_on, true);
		pthread_cond_broadcast(&outage->changed);
	}
	pthread_mutex_unlock(&outage->lock);
}
