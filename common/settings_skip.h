/** Past what is not understood in a config file. */
#ifndef NW_COMMON_SETTINGS_SKIP_H
#define NW_COMMON_SETTINGS_SKIP_H

#include "common/literal.h"
#include "common/settings_names.h"

/**
 * From p, the margin of a line with a mistake, to the next line that begins at the margin and is not the rest of this
 * statement: not indented, not inside its brackets.
 */
void nw_settings_skip_statement(struct nw_literal_reader *reader, const struct nw_settings_names *names);

#endif
