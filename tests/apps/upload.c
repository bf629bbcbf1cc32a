/* Forms with files, and a search by QUERY. Files are kept in the folder that UPLOAD_FOLDER names. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <narwhal/app.h>
#include <narwhal/request.h>
#include <narwhal/response.h>
#include <narwhal/upload.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a, so that a test can see that every byte came. */
static cJSON *sum_json(const struct nw_upload *upload)
{
	const unsigned char *p = upload->data;
	uint64_t sum = 14695981039346656037u;
	char text[32];

	for (size_t i = 0; i < upload->len; i++) {
		sum = (sum ^ p[i]) * 1099511628211u;
	}
	snprintf(text, sizeof(text), "%016" PRIx64, sum);
	return cJSON_CreateString(text);
}

static cJSON *file_json(const struct nw_upload *upload)
{
	cJSON *out = cJSON_CreateObject();

	cJSON_AddStringToObject(out, "name", upload->name);
	cJSON_AddStringToObject(out, "filename", upload->filename);
	cJSON_AddStringToObject(out, "type", upload->type);
	cJSON_AddNumberToObject(out, "len", (double)upload->len);
	cJSON_AddItemToObject(out, "sum", sum_json(upload));
	return out;
}

static cJSON *fields_json(struct nw_request *req)
{
	cJSON *out = cJSON_CreateArray();
	const char *pair[2];

	for (size_t i = 0; nw_request_form_at(req, i, &pair[0], &pair[1]); i++) {
		cJSON_AddItemToArray(out, cJSON_CreateStringArray(pair, 2));
	}
	return out;
}

/* All that is in the form. */
static int describe(struct nw_request *req, struct nw_response *res)
{
	int rc = nw_request_read_form(req);

	if (rc < 0) {
		return rc;
	}
	cJSON *out = cJSON_CreateObject();
	cJSON *files = cJSON_AddArrayToObject(out, "files");
	const struct nw_upload *upload;

	for (size_t i = 0; (upload = nw_request_file_at(req, i)) != NULL; i++) {
		cJSON_AddItemToArray(files, file_json(upload));
	}
	cJSON_AddItemToObject(out, "fields", fields_json(req));
	return nw_response_json(res, 200, out);
}

/* Under the name that the URL has: what the client calls its file is its own affair. */
static int keep(struct nw_request *req, struct nw_response *res)
{
	const struct nw_upload *upload = nw_request_file(req, "file");
	const char *folder = getenv("UPLOAD_FOLDER");
	const char *path =
		nw_request_printf(req, "%s/%s", folder == NULL ? "." : folder, nw_request_param(req, "name"));
	bool replace = strcmp(nw_request_method(req), "PUT") == 0;

	if (upload == NULL) {
		return nw_response_error(res, 400, "The form has no file called 'file'.");
	}
	int rc = path == NULL ? -ENOMEM : nw_upload_save_sync(upload, path, replace ? NW_UPLOAD_REPLACE : 0);

	if (rc == -EEXIST) {
		return nw_response_error(res, 409, "There is a file of that name.");
	}
	return rc < 0 ? rc : nw_response_text(res, 201, "%zu bytes\n", upload->len);
}

/* What of a list has the text in it that is looked for. */
static int search(struct nw_request *req, struct nw_response *res)
{
	static const char *const all[] = {"narwhal", "narrow", "whale"};
	const char *part = nw_request_form(req, "part");
	cJSON *found = NULL;

	if (strcmp(nw_request_content_type(req), "application/x-www-form-urlencoded") != 0) {
		nw_response_header(res, "Accept-Query", "\"application/x-www-form-urlencoded\"");
		return nw_response_error(res, 415, "A query here is a form with a field 'part'.");
	}
	found = cJSON_CreateArray();
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (part != NULL && strstr(all[i], part) != NULL) {
			cJSON_AddItemToArray(found, cJSON_CreateString(all[i]));
		}
	}
	return nw_response_json(res, 200, found);
}

static const struct nw_route routes[] = {
	{"POST", "/form", describe, NW_THREAD},
	{"POST", "/inline/form", describe, NW_INLINE},
	{"POST, PUT", "/files/<name>", keep, NW_THREAD},
	{"QUERY", "/search", search, NW_INLINE},
	{NULL, NULL, NULL, 0},
};

NW_APP("upload", .routes = routes)
