#include "master/ctl/table.h"

#include <string.h>

struct column {
	const char *head;
	int head_len;
	int width;
	bool is_left;
};

void nw_ctl_table_init(struct nw_ctl_table *table, const char *heads)
{
	*table = (struct nw_ctl_table){.heads = heads};
}

void nw_ctl_table_fini(struct nw_ctl_table *table)
{
	nw_buf_free(&table->cells);
}

void nw_ctl_table_add(struct nw_ctl_table *table, const char *fmt, ...)
{
	size_t begin = table->cells.len;
	va_list ap;

	va_start(ap, fmt);
	nw_buf_vaddf(&table->cells, fmt, ap);
	va_end(ap);
	for (size_t i = begin; i < table->cells.len; i++) {
		unsigned char c = (unsigned char)table->cells.data[i];

		table->cells.data[i] = c < 0x20 || c == 0x7f ? '?' : (char)c;
	}
	nw_buf_addc(&table->cells, '\0');
}

static size_t read_heads(const char *heads, struct column columns[NW_CTL_COLUMNS])
{
	size_t n = 0;

	for (const char *p = heads; *p != '\0' && n < NW_CTL_COLUMNS; n++) {
		struct column *column = &columns[n];

		column->is_left = *p == '<';
		column->head = p += column->is_left;
		column->width = column->head_len = (int)strcspn(p, " ");
		p += column->head_len;
		p += *p == ' ';
	}
	return n;
}

/* In characters: the bytes that begin one, in UTF-8. */
static int width_of(const char *text, size_t len)
{
	int n = 0;

	for (size_t i = 0; i < len; i++) {
		n += (text[i] & 0xc0) != 0x80;
	}
	return n;
}

static void add_cell(struct nw_buf *out, const struct column *column, const char *text, size_t len)
{
	int room = column->width - width_of(text, len);

	nw_buf_addf(out, "%*s", column->is_left ? 0 : room, "");
	nw_buf_add(out, text, len);
	nw_buf_addf(out, "%*s", column->is_left ? room : 0, "");
}

static void end_line(struct nw_buf *out)
{
	while (!out->failed && out->len > 0 && out->data[out->len - 1] == ' ') {
		out->len--;
	}
	nw_buf_addc(out, '\n');
}

void nw_ctl_table_print(const struct nw_ctl_table *table, struct nw_buf *out)
{
	struct column columns[NW_CTL_COLUMNS] = {0};
	size_t n = read_heads(table->heads, columns), i = 0;
	const char *end = table->cells.data + table->cells.len;

	out->failed |= table->cells.failed;
	if (out->failed || n == 0) {
		return;
	}
	for (const char *p = table->cells.data; p < end; p += strlen(p) + 1) {
		int width = width_of(p, strlen(p));

		columns[i].width = width > columns[i].width ? width : columns[i].width;
		i = (i + 1) % n;
	}
	for (i = 0; i < n; i++) {
		nw_buf_adds(out, i == 0 ? "" : "  ");
		add_cell(out, &columns[i], columns[i].head, (size_t)columns[i].head_len);
	}
	end_line(out);
	i = 0;
	for (const char *p = table->cells.data; p < end; p += strlen(p) + 1) {
		nw_buf_adds(out, i == 0 ? "" : "  ");
		add_cell(out, &columns[i], p, strlen(p));
		i = (i + 1) % n;
		if (i == 0) {
			end_line(out);
		}
	}
}
