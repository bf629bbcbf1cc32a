#include "worker/http/file_type.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/cc.h"

enum {
	HASH = 8,  /* characters of Vite's hashes */
	MIXED = 3, /* changes among lower case, upper case and digits: few words of that length have so many */
};

struct type {
	const char *extension, *name;
	bool is_packed;
};

static const struct type types[] = {
	{"html", "text/html; charset=utf-8", false},
	{"htm", "text/html; charset=utf-8", false},
	{"js", "text/javascript; charset=utf-8", false},
	{"mjs", "text/javascript; charset=utf-8", false},
	{"css", "text/css; charset=utf-8", false},
	{"json", "application/json", false},
	{"map", "application/json", false},
	{"geojson", "application/geo+json", false},
	{"webmanifest", "application/manifest+json", false},
	{"wasm", "application/wasm", false},
	{"txt", "text/plain; charset=utf-8", false},
	{"md", "text/markdown; charset=utf-8", false},
	{"csv", "text/csv; charset=utf-8", false},
	{"vtt", "text/vtt; charset=utf-8", false},
	{"ics", "text/calendar; charset=utf-8", false},
	{"xml", "application/xml", false},
	{"xhtml", "application/xhtml+xml", false},
	{"pdf", "application/pdf", false},
	{"svg", "image/svg+xml", false},
	{"png", "image/png", true},
	{"ico", "image/vnd.microsoft.icon", false},
	{"jpg", "image/jpeg", true},
	{"jpeg", "image/jpeg", true},
	{"gif", "image/gif", true},
	{"webp", "image/webp", true},
	{"avif", "image/avif", true},
	{"jxl", "image/jxl", true},
	{"woff2", "font/woff2", true},
	{"woff", "font/woff", true},
	{"ttf", "font/ttf", false},
	{"otf", "font/otf", false},
	{"mp3", "audio/mpeg", true},
	{"m4a", "audio/mp4", true},
	{"ogg", "audio/ogg", true},
	{"opus", "audio/ogg", true},
	{"flac", "audio/flac", true},
	{"wav", "audio/wav", false},
	{"mp4", "video/mp4", true},
	{"webm", "video/webm", true},
	{"mov", "video/quicktime", true},
	{"gz", "application/gzip", true},
	{"br", "application/octet-stream", true},
	{"zst", "application/zstd", true},
	{"xz", "application/x-xz", true},
	{"zip", "application/zip", true},
};

static const char *last_segment(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash == NULL ? name : slash + 1;
}

static const struct type *find(const char *name)
{
	static const struct type unknown = {"", "application/octet-stream", false};
	const char *dot = strrchr(last_segment(name), '.');

	for (size_t i = 0; dot != NULL && i < NW_ARRAY_LEN(types); i++) {
		if (strcasecmp(dot + 1, types[i].extension) == 0) {
			return &types[i];
		}
	}
	return &unknown;
}

const char *nw_file_type_of(const char *name)
{
	return find(name)->name;
}

bool nw_file_type_is_packed(const char *name)
{
	return find(name)->is_packed;
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

/* "iPhone15", "MacBook2": words of three letters or more, the first one perhaps shorter, and a number behind them. */
static bool looks_like_words(const char *hash)
{
	const char *p = hash, *end = hash + HASH;

	while (p < end && islower((unsigned char)*p)) {
		p++;
	}
	while (p < end && isupper((unsigned char)*p)) {
		const char *word = p++;

		while (p < end && islower((unsigned char)*p)) {
			p++;
		}
		if (p - word < 3) {
			return false;
		}
	}
	while (p < end && isdigit((unsigned char)*p)) {
		p++;
	}
	return p == end;
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
	return changes >= MIXED && !looks_like_words(hash);
}

static bool is_hashed(const char *name)
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

const char *nw_file_type_caching(const char *name)
{
	return is_hashed(name) ? "public, max-age=31536000, immutable" : "no-cache";
}
