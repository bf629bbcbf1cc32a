/** The words that a CHOICE takes. */
#ifndef NW_COMMON_SETTINGS_CHOICE_H
#define NW_COMMON_SETTINGS_CHOICE_H

#include <stddef.h>

#include "common/literal.h"
#include "common/settings_table.h"

/**
 * The word that @value stands for, as it is spelled in the table, whatever its case; True, None and integers are
 * the words "true", "none" and "1". len 0: none.
 */
struct nw_span nw_settings_choice_find(const struct nw_setting *setting, const struct nw_literal *value);

/** The @i-th word, without those that only stand for another; NULL: there are not so many. */
const char *nw_settings_choice_at(const struct nw_setting *setting, size_t i);

/** "off, v1, v2 or auto". Returns @buf. */
const char *nw_settings_choice_text(const struct nw_setting *setting, char *buf, size_t size);

#endif
