#include "common/settings_mistakes.h"

#include <errno.h>
#include <stdlib.h>

void nw_settings_mistakes_add(struct nw_settings_mistakes *mistakes, unsigned line, const char *sentence)
{
	char *copy = nw_arena_strdup(mistakes->arena, sentence);

	if (mistakes->n < NW_SETTINGS_MISTAKES) {
		mistakes->v[mistakes->n].line = line;
		mistakes->v[mistakes->n].sentence = copy != NULL ? copy : "no memory to say what is wrong";
	}
	mistakes->n++;
}

static int by_line(const void *a, const void *b)
{
	unsigned line_a = ((const struct nw_settings_mistake *)a)->line;
	unsigned line_b = ((const struct nw_settings_mistake *)b)->line;

	return (line_a > line_b) - (line_a < line_b);
}

int nw_settings_mistakes_report(struct nw_settings_mistakes *mistakes, const char *path, struct nw_err *err)
{
	struct nw_settings_mistake *v = mistakes->v;
	size_t n = mistakes->n < NW_SETTINGS_MISTAKES ? mistakes->n : NW_SETTINGS_MISTAKES;

	if (n == 0) {
		return 0;
	}
	qsort(v, n, sizeof(*v), by_line);
	nw_err_set(err, -EINVAL, "%s:%u: %s", path, v[0].line, v[0].sentence);
	for (size_t i = 1; i < n; i++) {
		nw_err_add(err, -EINVAL, "%s:%u: %s", path, v[i].line, v[i].sentence);
	}
	if (mistakes->n > n) {
		nw_err_add(err, -EINVAL, "%s: and %zu more", path, mistakes->n - n);
	}
	return -EINVAL;
}
