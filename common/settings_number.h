/** Numbers as settings take them: integers, sizes with units, modes. */
#ifndef NW_COMMON_SETTINGS_NUMBER_H
#define NW_COMMON_SETTINGS_NUMBER_H

#include <stdint.h>

#include "common/literal.h"

/* All of them: 0, -EINVAL (something else), -ERANGE (does not fit in 64 bits). */

/** 8, True, or text: "8", "-1", "0x10", "08". */
int nw_settings_number_integer(const struct nw_literal *value, int64_t *out) NW_MUST_CHECK;

/** The same, or text with a unit: "512k", "16 MiB"; units are powers of 1024. */
int nw_settings_number_size(const struct nw_literal *value, int64_t *out) NW_MUST_CHECK;

/** Seconds, or text with a unit: "30s", "5 m", "1h", "2d", "2000ms"; -EINVAL, too, for parts of a second. */
int nw_settings_number_seconds(const struct nw_literal *value, int64_t *out) NW_MUST_CHECK;

/** The same as an integer, but text with a leading 0 is octal: "022". */
int nw_settings_number_mode(const struct nw_literal *value, int64_t *out) NW_MUST_CHECK;

#endif
