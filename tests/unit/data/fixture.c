#include "tests/unit/data/fixture.h"

#include <stdlib.h>
#include <string.h>

#include <check.h>

#include "worker/store/json.h"

char *nw_fixture_quotes(const char *text)
{
	char *copy = strdup(text);

	ck_assert_ptr_nonnull(copy);
	for (char *s = copy; *s != '\0'; s++) {
		if (*s == '\'') {
			*s = '"';
		}
	}
	return copy;
}

struct nw_domain *nw_fixture_domain(const char *text)
{
	char *json = nw_fixture_quotes(text);
	struct nw_domain *domain = NULL;
	struct nw_err err = {0};
	int result = nw_domain_parse("domain.json", json, strlen(json), &domain, &err);

	free(json);
	ck_assert_msg(result == 0, "%s", err.msg);
	return domain;
}

struct nw_domain *nw_fixture_schema(const char *schema)
{
	struct nw_buf text = {0};

	nw_buf_addf(&text, "{'domain':{'people':{'schema':%s},'works':{'schema':{'title':{'type':'string'}}}}}",
		    schema);
	struct nw_domain *domain = nw_fixture_domain(nw_buf_str(&text));

	nw_buf_free(&text);
	return domain;
}

char *nw_fixture_mistakes(const char *text)
{
	char *json = nw_fixture_quotes(text);
	struct nw_domain *domain = NULL;
	struct nw_err err = {0};
	int result = nw_domain_parse("domain.json", json, strlen(json), &domain, &err);

	free(json);
	ck_assert_int_lt(result, 0);
	ck_assert_ptr_null(domain);
	return strdup(err.msg);
}

bson_t *nw_fixture_bson(const char *json)
{
	char *text = nw_fixture_quotes(json);
	struct nw_err err = {0};
	bool is_array;
	bson_t read;
	int result = nw_json_to_bson(text, strlen(text), &read, &is_array, &err);

	free(text);
	ck_assert_msg(result == 0, "%s: %s", json, err.msg);
	bson_t *doc = bson_copy(&read);

	bson_destroy(&read);
	return doc;
}

char *nw_fixture_json(const bson_t *doc)
{
	struct nw_buf text = {0};

	nw_json_from_bson(&text, doc);
	char *copy = strdup(nw_buf_str(&text));

	nw_buf_free(&text);
	return copy;
}
