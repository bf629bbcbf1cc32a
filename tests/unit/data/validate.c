/* A table: schema, document, issues. The messages were checked against Cerberus 1.3 itself. */
#include "worker/data/validate.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/data/fixture.h"
#include "tests/unit/unit.h"

struct row {
	const char *schema;
	const char *doc;
	const char *issues; /* with ' for "; what holds a ' itself is in the rows with is_raw */
	bool is_raw;        /* issues is JSON as it is */
};

static void check_row(const struct row *row)
{
	struct nw_domain *domain = nw_fixture_schema(row->schema);
	bson_t *doc = nw_fixture_bson(row->doc);
	bson_t out = BSON_INITIALIZER;
	struct nw_memory memory = nw_memory_of_arena(domain->arena);
	struct nw_validation v = {.memory = &memory};
	struct nw_buf text = {0};
	char *wanted = row->is_raw ? strdup(row->issues) : nw_fixture_quotes(row->issues);

	ck_assert_int_eq(nw_validate(&v, domain->resources[0].schema, doc, &out), 0);
	nw_issues_json(&v.issues, &text);
	ck_assert_msg(strcmp(nw_buf_str(&text), wanted) == 0, "%s %s:\n  %s\nnot %s", row->schema, row->doc,
		      nw_buf_str(&text), wanted);
	free(wanted);
	nw_buf_free(&text);
	bson_destroy(&out);
	bson_destroy(doc);
	nw_domain_free(domain);
}

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		check_row(&rows[i]);
	}
}

static const struct row TYPES[] = {
	{"{'a':{'type':'string'}}", "{'a':'x'}", "{}", false},
	{"{'a':{'type':'string'}}", "{'a':1}", "{'a':'must be of string type'}", false},
	{"{'a':{'type':'string'}}", "{'a':true}", "{'a':'must be of string type'}", false},
	{"{'a':{'type':'string'}}", "{'a':['x']}", "{'a':'must be of string type'}", false},
	{"{'a':{'type':'string'}}", "{'a':{}}", "{'a':'must be of string type'}", false},
	{"{'a':{'type':'boolean'}}", "{'a':false}", "{}", false},
	{"{'a':{'type':'boolean'}}", "{'a':1}", "{'a':'must be of boolean type'}", false},
	{"{'a':{'type':'boolean'}}", "{'a':'true'}", "{'a':'must be of boolean type'}", false},
	{"{'a':{'type':'integer'}}", "{'a':0}", "{}", false},
	{"{'a':{'type':'integer'}}", "{'a':9223372036854775807}", "{}", false},
	{"{'a':{'type':'integer'}}", "{'a':-9223372036854775808}", "{}", false},
	{"{'a':{'type':'integer'}}", "{'a':1.0}", "{'a':'must be of integer type'}", false},
	{"{'a':{'type':'integer'}}", "{'a':1.5}", "{'a':'must be of integer type'}", false},
	{"{'a':{'type':'integer'}}", "{'a':true}", "{'a':'must be of integer type'}", false},
	{"{'a':{'type':'integer'}}", "{'a':'1'}", "{'a':'must be of integer type'}", false},
	{"{'a':{'type':'float'}}", "{'a':1.5}", "{}", false},
	{"{'a':{'type':'float'}}", "{'a':1}", "{}", false},
	{"{'a':{'type':'float'}}", "{'a':true}", "{'a':'must be of float type'}", false},
	{"{'a':{'type':'float'}}", "{'a':'1.5'}", "{'a':'must be of float type'}", false},
	{"{'a':{'type':'number'}}", "{'a':1}", "{}", false},
	{"{'a':{'type':'number'}}", "{'a':1.5}", "{}", false},
	{"{'a':{'type':'number'}}", "{'a':true}", "{'a':'must be of number type'}", false},
	{"{'a':{'type':'datetime'}}", "{'a':'2026-11-23T10:00:00Z'}", "{}", false},
	{"{'a':{'type':'datetime'}}", "{'a':'2026-11-23T12:00:00.5+02:00'}", "{}", false},
	{"{'a':{'type':'datetime'}}", "{'a':'Sun, 10 Dec 1815 00:00:00 GMT'}", "{}", false},
	{"{'a':{'type':'datetime'}}", "{'a':'yesterday'}", "{'a':'must be of datetime type'}", false},
	{"{'a':{'type':'datetime'}}", "{'a':'2026-02-30T10:00:00Z'}", "{'a':'must be of datetime type'}", false},
	{"{'a':{'type':'datetime'}}", "{'a':1795000000}", "{'a':'must be of datetime type'}", false},
	{"{'a':{'type':'dict'}}", "{'a':{}}", "{}", false},
	{"{'a':{'type':'dict'}}", "{'a':{'any':{'thing':[1]}}}", "{}", false},
	{"{'a':{'type':'dict'}}", "{'a':[]}", "{'a':'must be of dict type'}", false},
	{"{'a':{'type':'list'}}", "{'a':[]}", "{}", false},
	{"{'a':{'type':'list'}}", "{'a':[1,'x',null]}", "{}", false},
	{"{'a':{'type':'list'}}", "{'a':{}}", "{'a':'must be of list type'}", false},
	{"{'a':{'type':'list'}}", "{'a':'x'}", "{'a':'must be of list type'}", false},
	{"{'a':{'type':'objectid'}}", "{'a':'6b04c3be5360f67fe39a8f13'}", "{}", false},
	{"{'a':{'type':'objectid'}}", "{'a':'6B04C3BE5360F67FE39A8F13'}", "{}", false},
	{"{'a':{'type':'objectid'}}", "{'a':'6b04c3be5360f67fe39a8f1'}", "{'a':'must be of objectid type'}", false},
	{"{'a':{'type':'objectid'}}", "{'a':'6b04c3be5360f67fe39a8f13a'}", "{'a':'must be of objectid type'}", false},
	{"{'a':{'type':'objectid'}}", "{'a':'zzzzzzzzzzzzzzzzzzzzzzzz'}", "{'a':'must be of objectid type'}", false},
	{"{'a':{'type':'objectid'}}", "{'a':1}", "{'a':'must be of objectid type'}", false},
	{"{'a':{'type':'point'}}", "{'a':{'type':'Point','coordinates':[13.4,52.5]}}", "{}", false},
	{"{'a':{'type':'point'}}", "{'a':{'coordinates':[13,52,34.5],'type':'Point'}}", "{}", false},
	{"{'a':{'type':'point'}}", "{'a':{'type':'Point','coordinates':[13.4]}}", "{'a':'must be of point type'}",
	 false},
	{"{'a':{'type':'point'}}", "{'a':{'type':'Point','coordinates':['x','y']}}", "{'a':'must be of point type'}",
	 false},
	{"{'a':{'type':'point'}}", "{'a':{'type':'Polygon','coordinates':[1,2]}}", "{'a':'must be of point type'}",
	 false},
	{"{'a':{'type':'point'}}", "{'a':{'type':'Point'}}", "{'a':'must be of point type'}", false},
	{"{'a':{'type':'point'}}", "{'a':{'type':'Point','coordinates':[1,2],'x':1}}", "{'a':'must be of point type'}",
	 false},
	{"{'a':{'type':'point'}}", "{'a':[1,2]}", "{'a':'must be of point type'}", false},
	{"{'a':{'type':['string','integer']}}", "{'a':1}", "{}", false},
	{"{'a':{'type':['string','integer']}}", "{'a':'x'}", "{}", false},
	{"{'a':{'type':['string','integer']}}", "{'a':1.5}", "{\"a\":\"must be of ['string', 'integer'] type\"}", true},
	{"{'a':{'type':['integer']}}", "{'a':'x'}", "{\"a\":\"must be of ['integer'] type\"}", true},
	{"{'a':{}}", "{'a':[{'x':1}]}", "{}", false},
};

START_TEST(values_are_of_their_type_or_refused)
{
	check_rows(TYPES, NW_ARRAY_LEN(TYPES));
}
END_TEST

static const struct row RULES[] = {
	{"{'a':{'type':'string','required':true}}", "{}", "{'a':'required field'}", false},
	{"{'a':{'type':'string','required':true}}", "{'a':'x'}", "{}", false},
	{"{'a':{'type':'string','required':true}}", "{'a':null}", "{'a':'null value not allowed'}", false},
	{"{'a':{'type':'string'}}", "{'a':null}", "{'a':'null value not allowed'}", false},
	{"{'a':{}}", "{'a':null}", "{'a':'null value not allowed'}", false},
	{"{'a':{'type':'string','default':'x'}}", "{'a':null}", "{}", false},
	{"{'a':{'type':'string','nullable':true}}", "{'a':null}", "{}", false},
	{"{'a':{'type':'string','nullable':true,'required':true}}", "{'a':null}", "{}", false},
	{"{'a':{'type':'string','nullable':true,'minlength':2}}", "{'a':null}", "{}", false},
	{"{'a':{'type':'string'}}", "{'b':1}", "{'b':'unknown field'}", false},
	{"{'a':{'type':'string'}}", "{'_etag':'x'}", "{'_etag':'unknown field'}", false},
	{"{'a':{'type':'string'}}", "{'$set':1}", "{'$set':'unknown field'}", false},
	{"{'a':{'type':'string'}}", "{'a.b':1}", "{'a.b':'unknown field'}", false},
	{"{'a':{'type':'string'}}", "{'':1}", "{'':'unknown field'}", false},
	{"{'a':{'type':'integer','min':0}}", "{'a':-1}", "{'a':'min value is 0'}", false},
	{"{'a':{'type':'integer','min':0}}", "{'a':0}", "{}", false},
	{"{'a':{'type':'integer','max':150}}", "{'a':150}", "{}", false},
	{"{'a':{'type':'integer','max':150}}", "{'a':151}", "{'a':'max value is 150'}", false},
	{"{'a':{'type':'integer','min':-2.5}}", "{'a':-3}", "{'a':'min value is -2.5'}", false},
	{"{'a':{'type':'float','max':0.1}}", "{'a':1}", "{'a':'max value is 0.1'}", false},
	{"{'a':{'type':'float','max':0.1}}", "{'a':0.1}", "{}", false},
	{"{'a':{'type':'number','max':9007199254740992}}", "{'a':9007199254740993}",
	 "{'a':'max value is 9007199254740992'}", false},
	{"{'a':{'type':'datetime','min':'2026-01-01T00:00:00Z'}}", "{'a':'2025-12-31T23:59:59Z'}",
	 "{'a':'min value is 2026-01-01T00:00:00Z'}", false},
	{"{'a':{'type':'datetime','max':'2026-01-01'}}", "{'a':'2026-01-01T00:00:00Z'}", "{}", false},
	{"{'a':{'type':'string','min':'b'}}", "{'a':'a'}", "{'a':'min value is b'}", false},
	{"{'a':{'type':['string','integer'],'min':5}}", "{'a':'a'}", "{}", false},
	{"{'a':{'type':'string','minlength':1}}", "{'a':''}", "{'a':'min length is 1'}", false},
	{"{'a':{'type':'string','maxlength':2}}", "{'a':'xyz'}", "{'a':'max length is 2'}", false},
	{"{'a':{'type':'string','maxlength':0}}", "{'a':'x'}", "{'a':'max length is 0'}", false},
	{"{'a':{'type':'string','maxlength':3}}", "{'a':'\xc3\xa4\xc3\xb6\xc3\xbc'}", "{}", false},
	{"{'a':{'type':'string','maxlength':2}}", "{'a':'\xc3\xa4\xc3\xb6\xc3\xbc'}", "{'a':'max length is 2'}", false},
	{"{'a':{'type':'list','minlength':2}}", "{'a':[1]}", "{'a':'min length is 2'}", false},
	{"{'a':{'type':'list','maxlength':1}}", "{'a':[1,2]}", "{'a':'max length is 1'}", false},
	{"{'a':{'type':'dict','minlength':1}}", "{'a':{}}", "{'a':'min length is 1'}", false},
	{"{'a':{'minlength':2}}", "{'a':5}", "{}", false},
	{"{'a':{'type':'string','allowed':['x','y']}}", "{'a':'y'}", "{}", false},
	{"{'a':{'type':'string','allowed':['x']}}", "{'a':'z'}", "{'a':'unallowed value z'}", false},
	{"{'a':{'type':'integer','allowed':[1,2]}}", "{'a':3}", "{'a':'unallowed value 3'}", false},
	{"{'a':{'type':'float','allowed':[1]}}", "{'a':1.0}", "{}", false},
	{"{'a':{'type':'float','allowed':[1.5]}}", "{'a':1e16}", "{'a':'unallowed value 1e+16'}", false},
	{"{'a':{'type':'float','allowed':[1.5]}}", "{'a':200}", "{'a':'unallowed value 200.0'}", false},
	{"{'a':{'type':'boolean','allowed':[true]}}", "{'a':false}", "{'a':'unallowed value False'}", false},
	{"{'a':{'type':'datetime','allowed':['2026-01-01T00:00:00Z']}}", "{'a':'Thu, 01 Jan 2026 00:00:00 GMT'}", "{}",
	 false},
	{"{'a':{'type':'objectid','allowed':['aaaaaaaaaaaaaaaaaaaaaaaa']}}", "{'a':'bbbbbbbbbbbbbbbbbbbbbbbb'}",
	 "{'a':'unallowed value bbbbbbbbbbbbbbbbbbbbbbbb'}", false},
	{"{'a':{'type':'list','allowed':['x']}}", "{'a':['x']}", "{}", false},
	{"{'a':{'type':'list','allowed':['x']}}", "{'a':[]}", "{}", false},
	{"{'a':{'type':'list','allowed':['x']}}", "{'a':['y']}", "{\"a\":\"unallowed values ('y',)\"}", true},
	{"{'a':{'type':'list','allowed':['x']}}", "{'a':['y','x',2,2.5,false,null]}",
	 "{\"a\":\"unallowed values ('y', 2, 2.5, False, None)\"}", true},
	{"{'a':{'allowed':['x']}}", "{'a':{'k':1}}", "{\"a\":\"unallowed values ('k',)\"}", true},
	{"{'a':{'type':'string','readonly':true}}", "{'a':'x'}", "{'a':'field is read-only'}", false},
	{"{'a':{'type':'string','readonly':true,'default':'x'}}", "{}", "{}", false},
	{"{'a':{'type':'integer','readonly':true}}", "{'a':'x'}", "{'a':'field is read-only'}", false},
	{"{'a':{'type':'integer','min':5,'allowed':[1,2]}}", "{'a':3}", "{'a':['unallowed value 3','min value is 5']}",
	 false},
	{"{'a':{'type':'string','minlength':3,'allowed':['xyz']}}", "{'a':'x'}",
	 "{'a':['unallowed value x','min length is 3']}", false},
	{"{'a':{'type':'integer','min':5},'b':{'type':'string','required':true}}", "{'a':3,'c':1}",
	 "{'a':'min value is 5','c':'unknown field','b':'required field'}", false},
};

START_TEST(rules_have_cerberus_messages)
{
	check_rows(RULES, NW_ARRAY_LEN(RULES));
}
END_TEST

static const struct row NESTED[] = {
	{"{'a':{'type':'dict','schema':{'b':{'type':'string'}}}}", "{'a':{'b':'x'}}", "{}", false},
	{"{'a':{'type':'dict','schema':{'b':{'type':'string'}}}}", "{'a':{'b':1}}",
	 "{'a':[{'b':'must be of string type'}]}", false},
	{"{'a':{'type':'dict','schema':{'b':{'type':'string','required':true}}}}", "{'a':{}}",
	 "{'a':[{'b':'required field'}]}", false},
	{"{'a':{'type':'dict','schema':{'b':{'type':'string','required':true}}}}", "{}", "{}", false},
	{"{'a':{'type':'dict','schema':{'b':{'type':'string'}}}}", "{'a':{'c':1,'d':2}}",
	 "{'a':[{'c':'unknown field','d':'unknown field'}]}", false},
	{"{'a':{'type':'dict','schema':{'b':{'type':'dict','schema':{'c':{'type':'integer'}}}}}}",
	 "{'a':{'b':{'c':'x'}}}", "{'a':[{'b':[{'c':'must be of integer type'}]}]}", false},
	{"{'a':{'type':'dict','schema':{'_etag':{'type':'string'}}}}", "{'a':{'_etag':'x'}}", "{}", false},
	{"{'a':{'type':'list','schema':{'type':'integer'}}}", "{'a':[1,'x',2,'y']}",
	 "{'a':[{'1':'must be of integer type','3':'must be of integer type'}]}", false},
	{"{'a':{'type':'list','minlength':2,'schema':{'type':'integer'}}}", "{'a':['x']}",
	 "{'a':['min length is 2',{'0':'must be of integer type'}]}", false},
	{"{'a':{'type':'list','schema':{'type':'dict','schema':{'k':{'type':'string','required':true}}}}}",
	 "{'a':[{},{'k':1,'z':2}]}",
	 "{'a':[{'0':[{'k':'required field'}],'1':[{'k':'must be of string type','z':'unknown field'}]}]}", false},
	{"{'a':{'type':'list','schema':{'type':'list','schema':{'type':'integer'}}}}", "{'a':[[1],['x']]}",
	 "{'a':[{'1':[{'0':'must be of integer type'}]}]}", false},
	{"{'a':{'type':'list','schema':{'type':'string','allowed':['x'],'maxlength':3}}}", "{'a':['long','x']}",
	 "{'a':[{'0':['unallowed value long','max length is 3']}]}", false},
	{"{'a':{'type':'list','schema':{'type':'string'}}}", "{'a':[null]}", "{'a':[{'0':'null value not allowed'}]}",
	 false},
	{"{'a':{'type':['list','string'],'schema':{'type':'integer'}}}", "{'a':'x'}", "{}", false},
};

START_TEST(issues_inside_are_a_list_that_holds_an_object)
{
	check_rows(NESTED, NW_ARRAY_LEN(NESTED));
}
END_TEST

START_TEST(issues_of_one_document_are_bounded)
{
	struct nw_domain *domain = nw_fixture_schema("{'a':{'type':'list','schema':{'type':'integer'}}}");
	struct nw_memory memory = nw_memory_of_arena(domain->arena);
	struct nw_validation v = {.memory = &memory};
	struct nw_buf text = {0};
	bson_t out = BSON_INITIALIZER;

	nw_buf_adds(&text, "{'a':['x'");
	for (int i = 0; i < 5000; i++) {
		nw_buf_adds(&text, ",'x'");
	}
	nw_buf_adds(&text, "]}");
	bson_t *doc = nw_fixture_bson(nw_buf_str(&text));

	ck_assert_int_eq(nw_validate(&v, domain->resources[0].schema, doc, &out), 0);
	ck_assert_uint_ge(v.issues.n, NW_ISSUES_MAX);
	text.len = 0;
	nw_issues_json(&v.issues, &text);
	ck_assert_uint_lt(text.len, 100 * NW_ISSUES_MAX);
	nw_buf_free(&text);
	bson_destroy(&out);
	bson_destroy(doc);
	nw_domain_free(domain);
}
END_TEST

NW_TEST_MAIN("data/validate", values_are_of_their_type_or_refused, rules_have_cerberus_messages,
	     issues_inside_are_a_list_that_holds_an_object, issues_of_one_document_are_bounded)
