/** Numbers as people read them: short, with their unit. */
#ifndef NW_MASTER_CTL_FORMAT_H
#define NW_MASTER_CTL_FORMAT_H

#include <cjson/cJSON.h>
#include <stdint.h>

#include "common/buf.h"

/** "12.3M": bytes, in powers of 1024. */
void nw_ctl_format_bytes(char *buf, size_t size, double bytes);

/** "850ms", "12s", "3m05s", "2h07m", "5d03h": a length of time. */
void nw_ctl_format_seconds(char *buf, size_t size, double seconds);

/** "1.2ms", "35ms", "2.5s": of a request. Below 0: "-". */
void nw_ctl_format_latency(char *buf, size_t size, double seconds);

/** Any value, indented by two. */
void nw_ctl_format_json(struct nw_buf *out, const cJSON *value);

/** A number of an object; 0 where there is none. */
double nw_ctl_number(const cJSON *object, const char *name);

/** A string of an object; "" where there is none. Borrowed. */
const char *nw_ctl_string(const cJSON *object, const char *name);

/** Text of the server for a terminal: control bytes as '?'. */
void nw_ctl_format_text(struct nw_buf *out, const char *text);

#endif
