/** Columns as wide as what stands in them. */
#ifndef NW_MASTER_CTL_TABLE_H
#define NW_MASTER_CTL_TABLE_H

#include <stdbool.h>

#include "common/buf.h"

enum { NW_CTL_COLUMNS = 16 };

struct nw_ctl_table {
	const char *heads;   /* one word a column, a space between; "<" in front: left-aligned */
	struct nw_buf cells; /* one behind the other, each with a NUL behind it */
};

/** @heads is kept. nw_ctl_table_fini() ends it. */
void nw_ctl_table_init(struct nw_ctl_table *table, const char *heads);

/** The next cell, row by row. Control bytes become question marks: it may go to a terminal. */
void nw_ctl_table_add(struct nw_ctl_table *table, const char *fmt, ...) NW_PRINTF(2, 3);

/** Each row a line. Spaces at their ends are left out. */
void nw_ctl_table_print(const struct nw_ctl_table *table, struct nw_buf *out);

void nw_ctl_table_fini(struct nw_ctl_table *table);

#endif
