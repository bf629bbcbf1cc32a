/* What validation makes of a document: what is stored. */
#include "worker/data/validate.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/data/fixture.h"
#include "tests/unit/unit.h"

struct row {
	const char *schema;
	const char *doc;
	const char *out; /* as JSON */
};

static char *made_of(const struct row *row, bool allow_unknown, struct nw_validation *settings)
{
	struct nw_domain *domain = nw_fixture_schema(row->schema);
	bson_t *doc = nw_fixture_bson(row->doc);
	bson_t out = BSON_INITIALIZER;
	struct nw_memory memory = nw_memory_of_arena(domain->arena);
	struct nw_validation v = *settings;

	v.memory = &memory;
	v.allow_unknown = allow_unknown;
	ck_assert_int_eq(nw_validate(&v, domain->resources[0].schema, doc, &out), 0);
	settings->issues.n = v.issues.n;
	ck_assert(bson_validate(&out, BSON_VALIDATE_NONE, NULL));
	char *json = nw_fixture_json(&out);

	bson_destroy(&out);
	bson_destroy(doc);
	nw_domain_free(domain);
	return json;
}

static void check_row(const struct row *row, bool allow_unknown)
{
	struct nw_validation settings = {0};
	char *got = made_of(row, allow_unknown, &settings);
	char *wanted = nw_fixture_quotes(row->out);

	ck_assert_uint_eq(settings.issues.n, 0);
	ck_assert_str_eq(got, wanted);
	free(wanted);
	free(got);
}

static const struct row MADE[] = {
	{"{'a':{'type':'float'}}", "{'a':36}", "{'a':36.0}"},
	{"{'a':{'type':'number'}}", "{'a':36}", "{'a':36}"},
	{"{'a':{'type':'float'}}", "{'a':9007199254740993}", "{'a':9007199254740993}"},
	{"{'a':{'type':'datetime'}}", "{'a':'Sun, 10 Dec 1815 00:00:00 GMT'}", "{'a':'1815-12-10T00:00:00Z'}"},
	{"{'a':{'type':'datetime'}}", "{'a':'2026-11-23T12:00:00+02:00'}", "{'a':'2026-11-23T10:00:00Z'}"},
	{"{'a':{'type':'list','schema':{'type':'datetime'}}}", "{'a':['2026-11-23T12:00:00+02:00']}",
	 "{'a':['2026-11-23T10:00:00Z']}"},
	{"{'a':{'type':['datetime','string']}}", "{'a':'2026-11-23T12:00:00+02:00'}", "{'a':'2026-11-23T10:00:00Z'}"},
	{"{'a':{'type':['datetime','string']}}", "{'a':'soon'}", "{'a':'soon'}"},
	{"{'a':{'type':'float','default':1}}", "{}", "{'a':1.0}"},
	{"{'a':{'type':'float','default':1}}", "{'a':2.5}", "{'a':2.5}"},
	{"{'a':{'type':'string','nullable':true,'default':'x'}}", "{'a':null}", "{'a':null}"},
	{"{'b':{'type':'string'},'a':{'type':'integer','default':7,'required':true}}", "{'b':'x'}", "{'b':'x','a':7}"},
	{"{'a':{'type':'dict','schema':{'b':{'type':'integer','default':1},'c':{'type':'string'}}}}", "{'a':{'c':'x'}}",
	 "{'a':{'c':'x','b':1}}"},
	{"{'a':{'type':'dict','schema':{'b':{'type':'integer','default':1}}}}", "{}", "{}"},
	{"{'a':{'type':'dict','default':{},'schema':{'b':{'type':'integer','default':1}}}}", "{}", "{'a':{'b':1}}"},
	{"{'a':{'type':'list','schema':{'type':'dict','schema':{'b':{'type':'integer','default':1}}}}}",
	 "{'a':[{},{'b':2}]}", "{'a':[{'b':1},{'b':2}]}"},
	{"{'a':{'type':'datetime','default':'2026-01-01'}}", "{}", "{'a':'2026-01-01T00:00:00Z'}"},
};

START_TEST(values_are_stored_by_their_type_and_defaults_filled_in)
{
	for (size_t i = 0; i < NW_ARRAY_LEN(MADE); i++) {
		check_row(&MADE[i], false);
	}
}
END_TEST

START_TEST(unknown_fields_are_kept_where_they_may_be)
{
	struct row kept = {"{'a':{'type':'string'}}", "{'b':{'c':[1]},'a':'x'}", "{'b':{'c':[1]},'a':'x'}"};
	struct row inside = {"{'a':{'type':'dict','schema':{'b':{'type':'string'}}}}", "{'a':{'z':1}}",
			     "{'a':{'z':1}}"};
	struct row meta = {"{'a':{'type':'string'}}", "{'_etag':'x'}", "{}"};
	struct row dollar = {"{'a':{'type':'string'}}", "{'$where':'x'}", "{}"};
	struct nw_validation settings = {0};

	check_row(&kept, true);
	check_row(&inside, true);
	free(made_of(&meta, true, &settings));
	ck_assert_uint_eq(settings.issues.n, 1);
	free(made_of(&dollar, true, &settings));
	ck_assert_uint_eq(settings.issues.n, 1);
}
END_TEST

START_TEST(a_change_needs_nothing_and_gets_no_defaults)
{
	struct row change = {
		"{'a':{'type':'string','required':true},'b':{'type':'integer','default':1},'c':{'type':'string'}}",
		"{'c':'x'}", "{'c':'x'}"};
	struct nw_validation settings = {.is_change = true};
	char *got = made_of(&change, false, &settings);

	ck_assert_str_eq(got, "{\"c\":\"x\"}");
	ck_assert_uint_eq(settings.issues.n, 0);
	free(got);
}
END_TEST

START_TEST(what_is_readonly_may_be_sent_unchanged)
{
	struct row same = {"{'a':{'type':'datetime','readonly':true}}", "{'a':'2026-01-01T00:00:00Z'}", ""};
	struct row other = {"{'a':{'type':'datetime','readonly':true}}", "{'a':'2027-01-01T00:00:00Z'}", ""};
	bson_t stored = BSON_INITIALIZER;
	struct nw_validation settings = {.stored = &stored};

	bson_append_date_time(&stored, "a", -1, 1767225600000);
	free(made_of(&same, false, &settings));
	ck_assert_uint_eq(settings.issues.n, 0);
	free(made_of(&other, false, &settings));
	ck_assert_uint_eq(settings.issues.n, 1);
	bson_destroy(&stored);
}
END_TEST

START_TEST(references_are_collected_with_their_place)
{
	struct nw_domain *domain = nw_fixture_schema(
		"{'a':{'type':'objectid','data_relation':{'resource':'works'}},'b':{'type':'list','schema':{'type':'"
		"dict',"
		"'schema':{'c':{'type':'string','data_relation':{'resource':'works','field':'title'}}}}}}");
	struct nw_memory memory = nw_memory_of_arena(domain->arena);
	struct nw_validation v = {.memory = &memory};
	bson_t *doc = nw_fixture_bson("{'b':[{'c':'x'}],'a':'aaaaaaaaaaaaaaaaaaaaaaaa'}");
	bson_t out = BSON_INITIALIZER;
	struct nw_buf path = {0};

	ck_assert_int_eq(nw_validate(&v, domain->resources[0].schema, doc, &out), 0);
	ck_assert_ptr_nonnull(v.references);
	ck_assert_int_eq(v.references->value.value_type, BSON_TYPE_OID);
	ck_assert_ptr_nonnull(v.references->next);
	nw_path_dotted(v.references->next->path, &path);
	ck_assert_str_eq(nw_buf_str(&path), "b.0.c");
	ck_assert_str_eq(v.references->next->relation->resource->name, "works");
	ck_assert_ptr_null(v.references->next->next);
	nw_buf_free(&path);
	bson_destroy(&out);
	bson_destroy(doc);
	nw_domain_free(domain);
}
END_TEST

NW_TEST_MAIN("data/validate_store", values_are_stored_by_their_type_and_defaults_filled_in,
	     unknown_fields_are_kept_where_they_may_be, a_change_needs_nothing_and_gets_no_defaults,
	     what_is_readonly_may_be_sent_unchanged, references_are_collected_with_their_place)
