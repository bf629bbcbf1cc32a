#include "worker/data/page.h"

#include <errno.h>

#include "common/str.h"

/* Past it the number of rows to skip would not fit. */
static const int64_t PAGE_NUMBER_MAX = INT64_MAX / NW_PAGE_LIMIT / 2;

static int read_number(const char *name, const char *text, int64_t max, int64_t fallback, int64_t *out,
		       struct nw_err *err)
{
	int64_t value = 0;
	int result = text == NULL ? 0 : nw_str_to_int64(text, 0, INT64_MAX, &value);

	if (result == -EINVAL || (result == -ERANGE && text[0] == '-')) {
		return nw_err_set(err, -EINVAL, "%s: must be a whole number, 1 or more", name);
	}
	if (result == -ERANGE || value > max) {
		value = max;
	}
	*out = value == 0 ? fallback : value;
	return 0;
}

int nw_page_read(const struct nw_resource *resource, const char *page, const char *max_results, struct nw_page *out,
		 struct nw_err *err)
{
	const struct nw_resource_settings *settings = &resource->settings;
	struct nw_page read;
	int result = read_number("page", page, PAGE_NUMBER_MAX, 1, &read.number, err);

	if (result == 0) {
		result = read_number("max_results", max_results, settings->page_limit, settings->page_size, &read.size,
				     err);
	}
	if (result == 0) {
		*out = read;
	}
	return result;
}
