#include "worker/data/domain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/data/fixture.h"
#include "tests/unit/unit.h"

START_TEST(reading_is_all_that_is_on_by_default)
{
	struct nw_domain *domain = nw_fixture_domain("{'domain':{'works':{'schema':{'t':{'type':'string'}}}}}");
	const struct nw_resource *works = &domain->resources[0];

	ck_assert_uint_eq(domain->n_resources, 1);
	ck_assert_str_eq(domain->url_prefix, "");
	ck_assert_uint_eq(works->settings.methods, NW_METHOD_GET);
	ck_assert_uint_eq(works->settings.item_methods, NW_METHOD_GET);
	ck_assert_int_eq(works->settings.page_size, 25);
	ck_assert_int_eq(works->settings.page_limit, 50);
	ck_assert(!works->settings.allow_unknown);
	ck_assert_str_eq(works->item_title, "Work");
	ck_assert_str_eq(works->collection, "works");
	ck_assert_str_eq(works->id->name, "_id");
	nw_domain_free(domain);
}
END_TEST

START_TEST(resources_take_over_what_the_top_says_and_may_say_otherwise)
{
	struct nw_domain *domain = nw_fixture_domain(
		"{'domain':{'a':{'schema':{}},'b':{'schema':{},'resource_methods':['GET','DELETE'],'pagination_limit':"
		"7,"
		"'pagination_default':3,'allow_unknown':false,'item_title':'bee','datasource':{'source':'bees'}}},"
		"'resource_methods':['GET','POST'],'item_methods':[],'pagination_default':10,'allow_unknown':true,"
		"'url_prefix':'/api/v1'}");
	const struct nw_resource *a = &domain->resources[0], *b = &domain->resources[1];

	ck_assert_str_eq(domain->url_prefix, "/api/v1");
	ck_assert_uint_eq(a->settings.methods, NW_METHOD_GET | NW_METHOD_POST);
	ck_assert_uint_eq(a->settings.item_methods, 0);
	ck_assert_int_eq(a->settings.page_size, 10);
	ck_assert(a->settings.allow_unknown);
	ck_assert_uint_eq(b->settings.methods, NW_METHOD_GET | NW_METHOD_DELETE);
	ck_assert_int_eq(b->settings.page_size, 3);
	ck_assert_int_eq(b->settings.page_limit, 7);
	ck_assert(!b->settings.allow_unknown);
	ck_assert_str_eq(b->item_title, "bee");
	ck_assert_str_eq(b->collection, "bees");
	nw_domain_free(domain);
}
END_TEST

START_TEST(a_resource_without_a_schema_has_an_id_and_nothing_more)
{
	struct nw_domain *domain = nw_fixture_domain("{'domain':{'people':{}}}");

	ck_assert_uint_eq(domain->resources[0].schema->n, 1);
	ck_assert_str_eq(domain->resources[0].id->name, "_id");
	nw_domain_free(domain);
}
END_TEST

START_TEST(comments_are_passed_over_and_strings_left_alone)
{
	struct nw_domain *domain =
		nw_fixture_domain("// a line\n{ /* and\n a block */ 'domain': { 'a': { 'schema': {\n"
				  "'t': { 'type': 'string', 'default': 'http://x/*y*/' } // last\n} } } }");
	bson_iter_t iter;

	ck_assert(bson_iter_init_find(&iter, domain->resources[0].schema->fields[0].fallback, "t"));
	ck_assert_str_eq(bson_iter_utf8(&iter, NULL), "http://x/*y*/");
	nw_domain_free(domain);
}
END_TEST

START_TEST(unique_fields_and_relations_are_found_wherever_they_are)
{
	struct nw_domain *domain = nw_fixture_domain("{'domain':{'people':{'schema':{'name':{'type':'string','unique':"
						     "true},'at':{'type':'dict','schema':{'code':"
						     "{'type':'string','unique':true}}},'friends':{'type':'list','"
						     "schema':{'type':'objectid','data_relation':"
						     "{'resource':'people'}}}}}}}");
	const struct nw_resource *people = &domain->resources[0];

	ck_assert_str_eq(people->uniques->path, "at.code");
	ck_assert_str_eq(people->uniques->next->path, "name");
	ck_assert_ptr_null(people->uniques->next->next);
	ck_assert_ptr_eq(people->relations->resource, people);
	ck_assert_ptr_null(people->relations->next);
	nw_domain_free(domain);
}
END_TEST

START_TEST(a_lookup_matches_whole_segments)
{
	struct nw_domain *domain =
		nw_fixture_domain("{'domain':{'people':{'schema':{'name':{'type':'string'}},"
				  "'additional_lookup':{'url':'regex(\\'[\\\\w]+\\')','field':'name'}}}}");
	const struct nw_lookup *lookup = domain->resources[0].lookup;

	ck_assert(nw_lookup_matches(lookup, "Lovelace"));
	ck_assert(!nw_lookup_matches(lookup, "zzz!"));
	ck_assert(!nw_lookup_matches(lookup, ""));
	ck_assert(!nw_lookup_matches(lookup, "\xff"));
	nw_domain_free(domain);
}
END_TEST

START_TEST(ids_are_read_by_their_type)
{
	struct nw_domain *domain =
		nw_fixture_domain("{'domain':{'a':{'schema':{}},'b':{'schema':{'_id':{'type':'integer'}}},"
				  "'c':{'schema':{'_id':{'type':'string'}}}}}");
	bson_value_t id;

	ck_assert(nw_resource_read_id(&domain->resources[0], "6b04c3be5360f67fe39a8f13", &id));
	ck_assert_int_eq(id.value_type, BSON_TYPE_OID);
	ck_assert(!nw_resource_read_id(&domain->resources[0], "17", &id));
	ck_assert(nw_resource_read_id(&domain->resources[1], "17", &id));
	ck_assert_int_eq(id.value.v_int64, 17);
	ck_assert(!nw_resource_read_id(&domain->resources[1], "x", &id));
	ck_assert(nw_resource_read_id(&domain->resources[2], "x", &id));
	ck_assert(!nw_resource_read_id(&domain->resources[2], "\xff\xfe", &id));
	nw_domain_free(domain);
}
END_TEST

START_TEST(a_file_that_is_not_there_says_what_to_write)
{
	struct nw_domain *domain = NULL;
	struct nw_err err = {0};

	ck_assert_int_eq(nw_domain_load("./no/such.json", &domain, &err), -ENOENT);
	ck_assert_str_eq(err.msg, "no/such.json: no such file; create one, e.g. "
				  "{\"domain\":{\"notes\":{\"schema\":{\"text\":{\"type\":\"string\"}}}}}, or name "
				  "another with --domain FILE, or an APP: narwhal "
				  "./app.so");
	ck_assert_int_lt(nw_domain_load("/", &domain, &err), 0);
	ck_assert_ptr_null(domain);
}
END_TEST

START_TEST(the_sample_domain_is_right)
{
	const char *root = getenv("MESON_SOURCE_ROOT");
	struct nw_buf path = {0};
	struct nw_domain *domain = NULL;
	struct nw_err err = {0};

	nw_buf_addf(&path, "%s/manifests/domain.json", root == NULL ? "." : root);
	int result = nw_domain_load(nw_buf_str(&path), &domain, &err);

	ck_assert_msg(result == 0, "%s", err.msg);
	ck_assert_uint_eq(domain->n_resources, 3);
	ck_assert_str_eq(domain->url_prefix, "/api");
	nw_buf_free(&path);
	nw_domain_free(domain);
}
END_TEST

NW_TEST_MAIN("data/domain", reading_is_all_that_is_on_by_default,
	     resources_take_over_what_the_top_says_and_may_say_otherwise,
	     a_resource_without_a_schema_has_an_id_and_nothing_more, comments_are_passed_over_and_strings_left_alone,
	     unique_fields_and_relations_are_found_wherever_they_are, a_lookup_matches_whole_segments,
	     ids_are_read_by_their_type, a_file_that_is_not_there_says_what_to_write, the_sample_domain_is_right)
