/** The rows of the table of settings, in files by section. Internal to settings_table. */
#ifndef NW_COMMON_SETTINGS_ROWS_H
#define NW_COMMON_SETTINGS_ROWS_H

#include <limits.h>

#include "common/cc.h"
#include "common/settings.h"
#include "common/settings_table.h"

#define AT(field) .offset = offsetof(struct nw_settings, field)

enum { NW_SETTINGS_SECONDS_MAX = INT_MAX / 1000 }; /* as milliseconds they still fit in an int */

extern const struct nw_setting nw_settings_rows_serving[]; /* sockets, workers */
extern const struct nw_setting nw_settings_rows_http[];    /* limits, proxies, requests, answers */
extern const struct nw_setting nw_settings_rows_tls[];     /* certificate, key, clients' certificates */
extern const struct nw_setting nw_settings_rows_process[]; /* logs, the process itself */
extern const struct nw_setting nw_settings_rows_app[];     /* store, data, what stands beside the apps, configuration */
extern const size_t nw_settings_n_rows_serving, nw_settings_n_rows_http, nw_settings_n_rows_process,
	nw_settings_n_rows_app, nw_settings_n_rows_tls;

#endif
