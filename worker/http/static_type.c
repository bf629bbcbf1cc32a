#include "worker/http/static_type.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/cc.h"

enum {
	HASH = 8,  /* characters of Vite's hashes */
	MIXED = 3, /* changes among lower case, upper case and digits that no word of that length has */
};

static const struct {
	const char *extension, *type;
} types[] = {
	{"html", "text/html; charset=utf-8"},
	{"htm", "text/html; charset=utf-8"},
	{"js", "text/javascript; charset=utf-8"},
	{"mjs", "text/javascript; charset=utf-8"},
	{"css", "text/css; charset=utf-8"},
	{"json", "application/json"},
	{"map", "application/json"},
	{"webmanifest", "application/manifest+json"},
	{"wasm", "application/wasm"},
	{"txt", "text/plain; charset=utf-8"},
	{"md", "text/markdown; charset=utf-8"},
	{"csv", "text/csv; charset=utf-8"},
	{"xml", "application/xml"},
	{"pdf", "application/pdf"},
	{"svg", "image/svg+xml"},
	{"png", "image/png"},
	{"ico", "image/vnd.microsoft.icon"},
	{"jpg", "image/jpeg"},
	{"jpeg", "image/jpeg"},
	{"gif", "image/gif"},
	{"webp", "image/webp"},
	{"avif", "image/avif"},
	{"woff2", "font/woff2"},
	{"woff", "font/woff"},
	{"ttf", "font/ttf"},
	{"otf", "font/otf"},
	{"mp3", "audio/mpeg"},
	{"mp4", "video/mp4"},
	{"webm", "video/webm"},
};

static const char *last_segment(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash == NULL ? name : slash + 1;
}

const char *nw_static_type_of(const char *name)
{
	const char *dot = strrchr(last_segment(name), '.');

	for (size_t i = 0; dot != NULL && i < NW_ARRAY_LEN(types); i++) {
		if (strcasecmp(dot + 1, types[i].extension) == 0) {
			return types[i].type;
		}
	}
	return "application/octet-stream";
}

/* Where NAME-HASH ends: before the extension, and before ".map" behind it. */
static size_t stem_len(const char *file)
{
	const char *end = file + strlen(file);

	if (end - file > 4 && strcmp(end - 4, ".map") == 0) {
		end -= 4;
	}
	const char *dot = memrchr(file, '.', (size_t)(end - file));

	return dot == NULL ? 0 : (size_t)(dot - file);
}

static bool looks_random(const char *hash)
{
	int changes = 0, class = 0;

	for (size_t i = 0; i < HASH; i++) {
		unsigned char c = (unsigned char)hash[i];
		int is = islower(c) ? 1 : isupper(c) ? 2 : isdigit(c) ? 3 : 0;

		if (is == 0 && c != '-' && c != '_') {
			return false;
		}
		changes += is != 0 && class != 0 && is != class;
		class = is != 0 ? is : class;
	}
	return changes >= MIXED;
}

bool nw_static_type_is_hashed(const char *name)
{
	static const char folder[] = "/assets";
	const char *file = last_segment(name);
	size_t len = stem_len(file);
	size_t before = file == name ? 0 : (size_t)(file - name) - 1; /* of the folder's path */
	size_t want = sizeof(folder) - 1;

	bool is_in_assets = before == want - 1 ? memcmp(name, folder + 1, want - 1) == 0
					       : before >= want && memcmp(name + before - want, folder, want) == 0;

	return is_in_assets && len > HASH + 1 && file[len - HASH - 1] == '-' && looks_random(file + len - HASH);
}
