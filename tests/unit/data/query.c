/* page, max_results, sort and where. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/data/fixture.h"
#include "tests/unit/unit.h"
#include "worker/data/page.h"
#include "worker/data/sort.h"
#include "worker/data/where.h"

#define SCHEMA                                                                                                         \
	"{'age':{'type':'integer'},'name':{'type':'string'},'born':{'type':'datetime'},'owner':{'type':'objectid'},"   \
	"'tags':{'type':'list','schema':{'type':'string'}},'free':{'type':'dict'},'at':{'type':'dict','schema':"       \
	"{'city':{'type':'string'},'since':{'type':'datetime'}}},'log':{'type':'list','schema':{'type':'dict','"       \
	"schema':"                                                                                                     \
	"{'day':{'type':'datetime'}}}},'score':{'type':'float'}}"

static struct nw_domain *domain;
static struct nw_resource *people;

static void setup_domain(void)
{
	domain = nw_fixture_schema(SCHEMA);
	people = &domain->resources[0];
}

static void check_page(const char *page, const char *size, int64_t wanted_page, int64_t wanted_size)
{
	struct nw_page out = {0};

	ck_assert_int_eq(nw_page_read(people, page, size, &out, NULL), 0);
	ck_assert_int_eq(out.number, wanted_page);
	ck_assert_int_eq(out.size, wanted_size);
}

static void check_bad_page(const char *page, const char *size, const char *name)
{
	struct nw_page out = {0};
	struct nw_err err = {0};

	ck_assert_int_eq(nw_page_read(people, page, size, &out, &err), -EINVAL);
	ck_assert_int_eq(strncmp(err.msg, name, strlen(name)), 0);
	ck_assert_int_eq(out.number, 0);
}

START_TEST(pages_are_numbers_or_refused_by_name)
{
	setup_domain();
	check_page(NULL, NULL, 1, 25);
	check_page("2", "10", 2, 10);
	check_page("0", "0", 1, 25);
	check_page(NULL, "9999", 1, 50);
	check_page(NULL, "99999999999999999999999", 1, 50);
	check_bad_page("abc", NULL, "page:");
	check_bad_page("", NULL, "page:");
	check_bad_page("-1", NULL, "page:");
	check_bad_page("-99999999999999999999999", NULL, "page:");
	check_bad_page("1.5", NULL, "page:");
	check_bad_page("1", "-1", "max_results:");
	check_bad_page("1", "10x", "max_results:");
	struct nw_page out;

	ck_assert_int_eq(nw_page_read(people, "99999999999999999999999", "50", &out, NULL), 0);
	ck_assert_int_gt((out.number - 1) * out.size, 0);
	nw_domain_free(domain);
}
END_TEST

static void check_sort(const char *text, const char *wanted)
{
	bson_t out = BSON_INITIALIZER;
	struct nw_err err = {0};
	char *query = nw_fixture_quotes(text);
	int result = nw_sort_read(people, query, &out, &err);

	ck_assert_msg(result == 0, "%s: %s", text, err.msg);
	char *got = nw_fixture_json(&out), *json = nw_fixture_quotes(wanted);

	ck_assert_str_eq(got, json);
	free(query);
	free(json);
	free(got);
	bson_destroy(&out);
}

static void check_bad_sort(const char *text, const char *wanted)
{
	bson_t out = BSON_INITIALIZER;
	struct nw_err err = {0};

	ck_assert_msg(nw_sort_read(people, text, &out, &err) == -EINVAL, "%s", text);
	ck_assert_msg(strstr(err.msg, wanted) != NULL, "%s: %s", text, err.msg);
	bson_destroy(&out);
}

START_TEST(sorts_are_read_in_both_forms)
{
	setup_domain();
	check_sort("", "{}");
	check_sort("age", "{'age':1,'_id':1}");
	check_sort("-age", "{'age':-1,'_id':1}");
	check_sort("-age, name", "{'age':-1,'name':1,'_id':1}");
	check_sort("-_id", "{'_id':-1}");
	check_sort("at.city,-_updated", "{'at.city':1,'_updated':-1,'_id':1}");
	check_sort("[('age',-1)]", "{'age':-1,'_id':1}");
	check_sort(" [ ( 'age' , -1 ) , ( 'name' , 1 ) ] ", "{'age':-1,'name':1,'_id':1}");
	check_sort("[('age',1),]", "{'age':1,'_id':1}");
	check_sort("[]", "{'_id':1}");
	nw_domain_free(domain);
}
END_TEST

START_TEST(sorts_that_make_no_sense_are_refused)
{
	setup_domain();
	check_bad_sort("nosuch", "sort: unknown field 'nosuch'");
	check_bad_sort("at.nosuch", "sort: unknown field 'at.nosuch'");
	check_bad_sort("$age", "sort: unknown field '$age'");
	check_bad_sort("age,,name", "a name is empty");
	check_bad_sort("age,", "a name is empty");
	check_bad_sort("-", "a name is empty");
	check_bad_sort("age,-age", "twice");
	check_bad_sort("[(\"age\",-1)", "sort: must be");
	check_bad_sort("[(\"age\",2)]", "sort: must be");
	check_bad_sort("[(\"age\",-1)] x", "sort: must be");
	check_bad_sort("[(age,-1)]", "sort: must be");
	check_bad_sort("[(\"age\" -1)]", "sort: must be");
	check_bad_sort("[(\"age\",-1)(\"name\",1)]", "sort: must be");
	people->settings.allow_unknown = true;
	check_sort("nosuch", "{'nosuch':1,'_id':1}");
	nw_domain_free(domain);
}
END_TEST

static void check_where(const char *text, const char *wanted)
{
	bson_t out = BSON_INITIALIZER;
	struct nw_err err = {0};
	char *query = nw_fixture_quotes(text);
	int result = nw_where_read(people, query, &out, &err);

	ck_assert_msg(result == 0, "%s: %s", text, err.msg);
	char *got = bson_as_json(&out, NULL), *json = nw_fixture_quotes(wanted);

	ck_assert_str_eq(got, json);
	free(query);
	free(json);
	bson_free(got);
	bson_destroy(&out);
}

static void check_bad_where(const char *text, const char *wanted)
{
	bson_t out = BSON_INITIALIZER;
	struct nw_err err = {0};
	char *query = nw_fixture_quotes(text);

	ck_assert_msg(nw_where_read(people, query, &out, &err) < 0, "%s", text);
	ck_assert_msg(strstr(err.msg, wanted) != NULL, "%s: %s", text, err.msg);
	free(query);
	bson_destroy(&out);
}

#define DAY "{ '$date' : 1767225600000 }"
#define ID "{ '$oid' : 'aaaaaaaaaaaaaaaaaaaaaaaa' }"

START_TEST(filters_are_read_by_the_types_of_their_fields)
{
	setup_domain();
	check_where("{}", "{ }");
	check_where("{'age':{'$gt':40}}", "{ 'age' : { '$gt' : 40 } }");
	check_where("{'born':'2026-01-01T00:00:00Z'}", "{ 'born' : " DAY " }");
	check_where("{'born':{'$gte':'Thu, 01 Jan 2026 00:00:00 GMT','$lt':'soon'}}",
		    "{ 'born' : { '$gte' : " DAY ", '$lt' : 'soon' } }");
	check_where("{'_created':{'$gte':'2026-01-01'}}", "{ '_created' : { '$gte' : " DAY " } }");
	check_where("{'owner':'aaaaaaaaaaaaaaaaaaaaaaaa'}", "{ 'owner' : " ID " }");
	check_where("{'_id':{'$in':['aaaaaaaaaaaaaaaaaaaaaaaa']}}", "{ '_id' : { '$in' : [ " ID " ] } }");
	check_where("{'name':'aaaaaaaaaaaaaaaaaaaaaaaa'}", "{ 'name' : 'aaaaaaaaaaaaaaaaaaaaaaaa' }");
	check_where("{'at.since':'2026-01-01'}", "{ 'at.since' : " DAY " }");
	check_where("{'at':{'since':'2026-01-01'}}", "{ 'at' : { 'since' : " DAY " } }");
	check_where("{'log.day':'2026-01-01'}", "{ 'log.day' : " DAY " }");
	check_where("{'log.0.day':'2026-01-01'}", "{ 'log.0.day' : " DAY " }");
	check_where("{'free.any.thing':'2026-01-01'}", "{ 'free.any.thing' : '2026-01-01' }");
	check_where("{'tags':'x','score':1,'age':null}", "{ 'tags' : 'x', 'score' : 1.0, 'age' : null }");
	check_where("{'tags':['x']}", "{ 'tags' : [ 'x' ] }");
	nw_domain_free(domain);
}
END_TEST

START_TEST(filters_that_make_no_sense_are_refused)
{
	setup_domain();
	check_bad_where("{'age':", "where: ");
	check_bad_where("[]", "where: must be an object");
	check_bad_where("{'nosuch':1}", "where: unknown field 'nosuch'");
	check_bad_where("{'at.nosuch':1}", "where: unknown field 'at.nosuch'");
	check_bad_where("{'name.x':1}", "where: unknown field 'name.x'");
	check_bad_where("{'tags.x':1}", "where: unknown field 'tags.x'");
	check_bad_where("{'$where':'1'}", "where: ");
	check_bad_where("{'age':{'$function':1}}", "where: ");
	check_bad_where("{'age':{'$gt':1,'x':2}}", "where: ");
	people->settings.allow_unknown = true;
	check_where("{'nosuch':1}", "{ 'nosuch' : 1 }");
	nw_domain_free(domain);
}
END_TEST

NW_TEST_MAIN("data/query", pages_are_numbers_or_refused_by_name, sorts_are_read_in_both_forms,
	     sorts_that_make_no_sense_are_refused, filters_are_read_by_the_types_of_their_fields,
	     filters_that_make_no_sense_are_refused)
