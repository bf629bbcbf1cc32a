/** Users and groups by name. */
#ifndef NW_COMMON_SETTINGS_OWNER_H
#define NW_COMMON_SETTINGS_OWNER_H

#include <stdint.h>

#include "common/err.h"

/** The id of user (group) @name. -EINVAL: nobody is named so. */
int nw_settings_owner_user(const char *name, int64_t *out_id, struct nw_err *err) NW_MUST_CHECK;
int nw_settings_owner_group(const char *name, int64_t *out_id, struct nw_err *err) NW_MUST_CHECK;

#endif
