/* Requests to the control socket: each has one answer that is JSON, or is none; nothing is forked by them. */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "master/command.h"

static void require(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check(const struct nw_buf *out)
{
	cJSON *json = cJSON_ParseWithLength(out->data, out->len);
	const cJSON *status = cJSON_GetObjectItemCaseSensitive(json, "status");
	bool is_ok = cJSON_IsString(status) && strcmp(status->valuestring, "ok") == 0;

	require(cJSON_IsObject(json) && cJSON_HasObjectItem(json, "id"));
	require(cJSON_HasObjectItem(json, is_ok ? "data" : "error"));
	cJSON_Delete(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct nw_board *board;
	static char app[] = "data", *apps[] = {app};
	struct nw_settings settings = {.apps = {apps, 1}};
	struct nw_generation generation = {.number = 1, .settings = &settings};
	struct nw_master master = {.state = NW_MASTER_SERVING, .target = 1, .generation = &generation};
	struct nw_buf out = {0};
	char *copy = malloc(size + 1);

	nw_log_level = NW_LEVEL_CRITICAL;
	board = board == NULL ? nw_board_new() : board;
	master.board = board;
	TAILQ_INIT(&master.children);
	memcpy(copy + 1, data, size);
	if (nw_command_answer(&master, (struct nw_span){copy + 1, size}, 1, &out) == 0) {
		check(&out);
	} else {
		require(out.len == 0);
	}
	require(master.target == 1 && master.pending.workers >= 0 && master.pending.workers < NW_MASTER_MAX_WORKERS);
	nw_buf_free(&out);
	free(copy);
	return 0;
}
