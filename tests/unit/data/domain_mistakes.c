/* Every kind of mistake in a domain file, and the line that a person reads. */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/data/fixture.h"
#include "tests/unit/unit.h"

struct row {
	const char *text;
	const char *said; /* all of it */
};

static void check_rows(const struct row *rows, size_t n, const char *before, const char *after)
{
	for (size_t i = 0; i < n; i++) {
		struct nw_buf text = {0};

		nw_buf_addf(&text, "%s%s%s", before, rows[i].text, after);
		char *got = nw_fixture_mistakes(nw_buf_str(&text));

		ck_assert_msg(strcmp(got, rows[i].said) == 0, "%s\n  said %s\n  not  %s", rows[i].text, got,
			      rows[i].said);
		free(got);
		nw_buf_free(&text);
	}
}

static const struct row JSON[] = {
	{"", "domain.json:1:1: not JSON: the text ends too early"},
	{"{'domain':\n  oops}", "domain.json:2:3: not JSON: unexpected 'o'"},
	{"{} x", "domain.json:1:4: not JSON: unexpected 'x'"},
	{"{ /* never\n ends", "domain.json:1:3: this comment has no end"},
	{"[]", "domain.json: must be an object"},
};

START_TEST(what_is_no_json_has_its_line_and_column)
{
	check_rows(JSON, NW_ARRAY_LEN(JSON), "", "");
}
END_TEST

#define OK_DOMAIN "'domain':{'notes':{'schema':{'t':{'type':'string'}}}}"

static const struct row TOP[] = {
	{"'url_prefx':'api'", "domain.json: /url_prefx: unknown key: did you mean 'url_prefix'?"},
	{"'zebra':1", "domain.json: /zebra: unknown key"},
	{"'if_match':true", "domain.json: /if_match: this key of Eve is not supported yet"},
	{"'url_prefix':3", "domain.json: /url_prefix: must be a string that is not empty"},
	{"'url_prefix':'a b'", "domain.json: /url_prefix: must be a path like \"api\" or \"api/v1\""},
	{"'url_prefix':'api/'", "domain.json: /url_prefix: must be a path like \"api\" or \"api/v1\""},
	{"'resource_methods':'GET'", "domain.json: /resource_methods: must be a list of methods: GET, POST and DELETE"},
	{"'resource_methods':['PATCH']",
	 "domain.json: /resource_methods: 'PATCH' is no method here: there are GET, POST and DELETE"},
	{"'item_methods':['get']",
	 "domain.json: /item_methods: 'get' is no method here: there are GET, PATCH, PUT and DELETE"},
	{"'pagination_limit':0", "domain.json: /pagination_limit: must be a whole number from 1 to 10000"},
	{"'pagination_default':'25'", "domain.json: /pagination_default: must be a whole number from 1 to 10000"},
	{"'pagination_default':100", "domain.json: /domain/notes/pagination_default: is more than pagination_limit"},
	{"'allow_unknown':1", "domain.json: /allow_unknown: must be true or false"},
	{"'allow_unknown':true,'allow_unknown':true", "domain.json: 'allow_unknown' stands here twice"},
};

START_TEST(keys_at_the_top_are_checked)
{
	check_rows(TOP, NW_ARRAY_LEN(TOP), "{", "," OK_DOMAIN "}");
}
END_TEST

static const struct row RESOURCES[] = {
	{"'people':3", "domain.json: /domain/people: must be an object"},
	{"'pe/ople':{'schema':{}}",
	 "domain.json: /domain/pe~1ople: a resource's name is its path: letters, digits, '_' and '-'"},
	{"'schema':{'schema':{}}",
	 "domain.json: /domain/schema: a resource cannot have this name: its path is that of the domain's description"},
	{"'people':{'schema':{}},'people':{'schema':{}}", "domain.json: /domain: 'people' stands here twice"},
	{"'people':{'schema':{},'item_titel':'x'}",
	 "domain.json: /domain/people/item_titel: unknown key: did you mean 'item_title'?"},
	{"'people':{'schema':{},'versioning':true}",
	 "domain.json: /domain/people/versioning: this key of Eve is not supported yet"},
	{"'people':{'schema':{},'datasource':{'source':''}}",
	 "domain.json: /domain/people/datasource/source: must be a string that is not empty"},
	{"'people':{'schema':{},'datasource':{'source':'$x'}}",
	 "domain.json: /domain/people/datasource/source: '$x' cannot be a collection's name"},
	{"'people':{'schema':{},'datasource':{'filter':{}}}",
	 "domain.json: /domain/people/datasource/filter: this key of Eve is not supported yet"},
	{"'people':{'schema':{},'additional_lookup':{'url':'regex(\\'[a\\')','field':'x'}}",
	 "domain.json: /domain/people/additional_lookup/url: this regular expression does not compile: missing "
	 "terminating "
	 "] for character class at 2"},
	{"'people':{'schema':{},'additional_lookup':{'url':'string','field':'x'}}",
	 "domain.json: /domain/people/additional_lookup/url: must be of the form regex(\"[\\\\w]+\")"},
	{"'people':{'schema':{},'additional_lookup':{'field':'x'}}",
	 "domain.json: /domain/people/additional_lookup: needs \"url\" and \"field\""},
	{"'people':{'schema':{},'additional_lookup':{'url':'regex(\\'x\\')','field':'x'}}",
	 "domain.json: /domain/people/additional_lookup/field: 'x' is no field of the schema"},
	{"'people':{'schema':{'x':{'type':'string'},'_id':{'type':'string'}},'additional_lookup':{'url':'regex(\\'x\\')"
	 "',"
	 "'field':'x'}}",
	 "domain.json: /domain/people/additional_lookup: needs a resource whose _id is an objectid"},
	{"'people':{'schema':{'_id':{'type':'float'}}}",
	 "domain.json: /domain/people/schema/_id: an id is of type objectid, string or integer"},
	{"'people':{'schema':{'_id':{'type':['integer','string']}}}",
	 "domain.json: /domain/people/schema/_id: a path does not say whether 5 is a string or an integer"},
	{"'people':{'schema':{'_id':{'type':'string','nullable':true}}}",
	 "domain.json: /domain/people/schema/_id: an id needs a type, and cannot be unique (it is), readonly, "
	 "nullable, have a default or refer to something"},
	{"'people':{'schema':{'_id':{'type':'string','unique':true}}}",
	 "domain.json: /domain/people/schema/_id: an id needs a type, and cannot be unique (it is), readonly, "
	 "nullable, have a "
	 "default "
	 "or refer to something"},
};

START_TEST(resources_are_checked)
{
	check_rows(RESOURCES, NW_ARRAY_LEN(RESOURCES), "{'domain':{", "}}");
}
END_TEST

#define AGE "domain.json: /domain/people/schema/age"

static const struct row RULES[] = {
	{"3", AGE ": must be an object"},
	{"{'type':'interger'}", AGE "/type: unknown type 'interger': did you mean 'integer'?"},
	{"{'type':'zzz'}",
	 AGE "/type: unknown type 'zzz': there are string, boolean, integer, float, number, datetime, dict, "
	     "list, objectid and point"},
	{"{'type':'decimal'}", AGE "/type: type 'decimal' of Eve is not supported yet"},
	{"{'type':[]}", AGE "/type: must name at least one type"},
	{"{'type':['string','string']}", AGE "/type: type 'string' stands here twice"},
	{"{'type':3}", AGE "/type: must be the name of a type or a list of such names"},
	{"{'typ':'string'}", AGE "/typ: unknown rule: did you mean 'type'?"},
	{"{'regex':'x'}", AGE "/regex: this rule of Eve is not supported yet"},
	{"{'required':'yes'}", AGE "/required: must be true or false"},
	{"{'type':'integer','min':'x'}", AGE "/min: x is nothing that a value of type integer can be compared with"},
	{"{'type':'string','max':3}", AGE "/max: 3 is nothing that a value of type string can be compared with"},
	{"{'type':'datetime','min':'soon'}", AGE "/min: 'soon' is not a date"},
	{"{'type':'integer','min':[1]}", AGE "/min: must be a number, or a date in a string"},
	{"{'type':'integer','min':5,'max':3}", AGE "/min: 5 is more than max, 3"},
	{"{'type':'string','minlength':-1}", AGE "/minlength: must be a whole number from 0 to 2147483647"},
	{"{'type':'string','minlength':1.5}", AGE "/minlength: must be a whole number from 0 to 2147483647"},
	{"{'type':'string','minlength':5,'maxlength':3}", AGE "/minlength: 5 is more than maxlength, 3"},
	{"{'allowed':'x'}", AGE "/allowed: must be a list of values"},
	{"{'type':'integer','allowed':[1,'x']}", AGE "/allowed: value 1: must be of integer type"},
	{"{'type':'integer','default':'x'}",
	 AGE "/default: does not meet the field's own rules: {\"age\":\"must be of integer type\"}"},
	{"{'type':'integer','max':3,'default':5}",
	 AGE "/default: does not meet the field's own rules: {\"age\":\"max value is 3\"}"},
	{"{'type':'list','unique':true}",
	 AGE "/unique: only strings, numbers, booleans, dates and objectids can be unique: say its type"},
	{"{'unique':true}",
	 AGE "/unique: only strings, numbers, booleans, dates and objectids can be unique: say its type"},
	{"{'type':'list','schema':{'type':'string','unique':true}}",
	 AGE "/schema: a field inside of a list cannot be unique"},
	{"{'type':'string','schema':{}}", AGE "/schema: needs \"type\": \"dict\" or \"type\": \"list\" beside it"},
	{"{'type':'dict','schema':3}",
	 AGE "/schema: must be an object of fields, e.g. {\"name\": {\"type\": \"string\"}}"},
	{"{'type':'dict','schema':{'a.b':{'type':'string'}}}",
	 AGE "/schema/a.b: a field's name must not be empty, begin with '$' or hold a '.'"},
	{"{'type':'dict','schema':{'b':{'type':'strin'}}}",
	 AGE "/schema/b/type: unknown type 'strin': did you mean 'string'?"},
	{"{'type':'objectid','data_relation':{}}",
	 AGE "/data_relation: 'resource' is missing: the resource that it refers to"},
	{"{'type':'objectid','data_relation':{'resource':'peopel'}}",
	 AGE "/data_relation/resource: no resource 'peopel' in this domain: did you mean 'people'?"},
	{"{'type':'objectid','data_relation':{'resource':'people','field':'nosuch'}}",
	 AGE "/data_relation/field: resource 'people' has no field 'nosuch'"},
	{"{'type':'objectid','data_relation':{'resource':'people','embeddable':3}}",
	 AGE "/data_relation/embeddable: must be true or false"},
	{"{'type':'objectid','data_relation':{'resource':'people','version':true}}",
	 AGE "/data_relation/version: this data_relation of Eve is not supported yet"},
	{"{'type':'dict','schema':{'b':{'type':'objectid','data_relation':{'resource':'x'}}}}",
	 AGE "/schema/b/data_relation/resource: no resource 'x' in this domain"},
};

START_TEST(rules_are_checked)
{
	check_rows(RULES, NW_ARRAY_LEN(RULES), "{'domain':{'people':{'schema':{'age':", "}}}}");
}
END_TEST

START_TEST(names_of_the_server_are_not_for_fields)
{
	char *got = nw_fixture_mistakes("{'domain':{'people':{'schema':{'_etag':{'type':'string'},'$x':{}}}}}");

	ck_assert_str_eq(got,
			 "domain.json: /domain/people/schema/_etag: this name is the server's own\n"
			 "domain.json: /domain/people/schema/$x: a field's name must not be empty, begin with '$' or "
			 "hold a '.'");
	free(got);
}
END_TEST

START_TEST(all_mistakes_are_reported_at_once)
{
	char *got = nw_fixture_mistakes(
		"{'hateoas':false,'domain':{'people':{'schema':{'age':{'type':'interger'},'n':{'required':1}}},"
		"'works':{'schema':{'t':{'typ':'string'}}}}}");

	ck_assert_str_eq(
		got, "domain.json: /hateoas: this key of Eve is not supported yet\n"
		     "domain.json: /domain/people/schema/age/type: unknown type 'interger': did you mean 'integer'?\n"
		     "domain.json: /domain/people/schema/n/required: must be true or false\n"
		     "domain.json: /domain/works/schema/t/typ: unknown rule: did you mean 'type'?");
	free(got);
}
END_TEST

START_TEST(a_file_full_of_mistakes_lists_the_first_and_counts_the_rest)
{
	struct nw_buf text = {0};

	nw_buf_adds(&text, "{'domain':{'people':{'schema':{");
	for (int i = 0; i < 30; i++) {
		nw_buf_addf(&text, "%s'f%d':{'x':1}", i > 0 ? "," : "", i);
	}
	nw_buf_adds(&text, "}}}}");
	char *got = nw_fixture_mistakes(nw_buf_str(&text));

	ck_assert_ptr_nonnull(strstr(got, "/f0/x: unknown rule"));
	ck_assert_ptr_nonnull(strstr(got, "and 10 more"));
	free(got);
	nw_buf_free(&text);
}
END_TEST

START_TEST(schemas_that_are_too_deep_are_refused)
{
	struct nw_buf text = {0};

	nw_buf_adds(&text, "{'domain':{'people':{'schema':");
	for (int i = 0; i < 20; i++) {
		nw_buf_adds(&text, "{'a':{'type':'dict','schema':");
	}
	nw_buf_adds(&text, "{}");
	for (int i = 0; i < 20; i++) {
		nw_buf_adds(&text, "}}");
	}
	nw_buf_adds(&text, "}}}");
	char *got = nw_fixture_mistakes(nw_buf_str(&text));

	ck_assert_ptr_nonnull(strstr(got, "deeper than 12 levels"));
	free(got);
	nw_buf_free(&text);
}
END_TEST

NW_TEST_MAIN("data/domain_mistakes", what_is_no_json_has_its_line_and_column, keys_at_the_top_are_checked,
	     resources_are_checked, rules_are_checked, names_of_the_server_are_not_for_fields,
	     all_mistakes_are_reported_at_once, a_file_full_of_mistakes_lists_the_first_and_counts_the_rest,
	     schemas_that_are_too_deep_are_refused)
