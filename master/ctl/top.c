#include "master/ctl/top.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "master/ctl/exit.h"
#include "master/ctl/figures.h"
#include "master/ctl/frame.h"
#include "master/ctl/run.h"
#include "master/ctl/screen.h"

enum { PATIENCE_MS = 1000 }; /* with a server that does not answer: keys and signals wait meanwhile */

/* Two samples, in turn the older and the newer one. */
struct samples {
	struct nw_ctl_figures v[2];
	unsigned n;
};

static int sample(struct nw_ctl_client *client, struct samples *samples, struct nw_err *err)
{
	struct nw_ctl_figures *now = &samples->v[samples->n % 2];
	const struct nw_ctl_figures *before = samples->n == 0 ? NULL : &samples->v[(samples->n + 1) % 2];
	cJSON *stats = NULL, *workers = NULL;
	int failed = nw_ctl_client_ask(client, "show stats", &stats, err);

	if (failed == 0) {
		failed = nw_ctl_client_ask(client, "show workers", &workers, err);
	}
	if (failed == 0) {
		nw_ctl_figures_read(now, before, stats, workers, nw_clock_ms());
		samples->n++;
	}
	cJSON_Delete(stats);
	cJSON_Delete(workers);
	return failed;
}

static const struct nw_ctl_figures *newest(const struct samples *samples)
{
	return &samples->v[(samples->n + 1) % 2];
}

static int print_frame(const struct samples *samples, bool is_json)
{
	struct nw_buf out = {0};

	if (is_json) {
		nw_ctl_frame_json(&out, newest(samples));
	} else {
		nw_ctl_frame_text(&out, newest(samples));
	}
	return nw_ctl_print(&out);
}

/* Rates need two samples, so that the first frame comes after one interval. */
static int print_frames(struct nw_ctl_client *client, const struct nw_ctl_options *options, struct samples *samples)
{
	int n = options->count == 0 ? 1 : options->count, code = NW_CTL_OK;
	struct nw_err err = {0};
	int failed = sample(client, samples, &err);

	for (int i = 0; i < n && failed == 0 && code == NW_CTL_OK; i++) {
		poll(NULL, 0, options->interval_ms);
		failed = sample(client, samples, &err);
		if (failed == 0) {
			code = print_frame(samples, options->is_json);
		}
	}
	return failed == 0 ? code : nw_ctl_complain(failed, err.msg);
}

static void draw(const struct samples *samples, const char *why)
{
	struct nw_buf lines = {0}, foot = {0};

	if (samples->n > 0) {
		nw_ctl_frame_text(&lines, newest(samples));
	}
	nw_buf_adds(&foot, "q: quit");
	if (why[0] != '\0') {
		nw_buf_addf(&foot, "   trying again: %s", why);
	}
	nw_ctl_screen_draw(nw_buf_str(&lines), nw_buf_str(&foot));
	nw_buf_free(&lines);
	nw_buf_free(&foot);
}

/* A server that is gone may come back: the last that was known stays, and the foot says so. */
static int watch(struct nw_ctl_client *client, const struct nw_ctl_options *options, struct samples *samples)
{
	struct nw_err err = {0};
	int failed = sample(client, samples, &err);
	int64_t next_ms = nw_clock_ms();

	client->timeout_ms = client->timeout_ms < PATIENCE_MS ? client->timeout_ms : PATIENCE_MS;
	if (failed == 0) {
		failed = nw_ctl_screen_open(&err);
	}
	if (failed != 0) {
		return nw_ctl_complain(failed, err.msg);
	}
	for (int n = 1;; n++) {
		enum nw_ctl_event event = NW_CTL_REDRAW;

		for (next_ms += options->interval_ms; event == NW_CTL_REDRAW;) {
			draw(samples, err.msg);
			event = nw_ctl_screen_wait(next_ms);
		}
		if (event == NW_CTL_QUIT || n == options->count) {
			break;
		}
		err.msg[0] = '\0';
		(void)!sample(client, samples, &err);
		next_ms = nw_clock_ms() > next_ms + options->interval_ms ? nw_clock_ms() : next_ms;
	}
	nw_ctl_screen_close();
	return NW_CTL_OK;
}

int nw_ctl_top(struct nw_ctl_client *client, const struct nw_ctl_options *options)
{
	struct samples *samples = calloc(1, sizeof(*samples));
	bool is_live = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && !options->is_json;

	if (samples == NULL) {
		return nw_ctl_complain(-ENOMEM, "out of memory");
	}
	int code = is_live ? watch(client, options, samples) : print_frames(client, options, samples);

	free(samples);
	return code;
}
