#include "worker/data/links.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/data/fixture.h"
#include "tests/unit/unit.h"

static struct nw_domain *domain;
static struct nw_buf out;

static void setup_domain(void)
{
	domain = nw_fixture_domain(
		"{'domain':{'people':{'item_title':'person','schema':{'n':{'type':'string'}}},'works':"
		"{'schema':{'owner':{'type':'objectid','data_relation':{'resource':'people'}},'editors':"
		"{'type':'list','schema':{'type':'objectid'},'data_relation':{'resource':'people'}}}}}}");
}

static void end_domain(void)
{
	nw_buf_free(&out);
	domain = nw_domain_free(domain);
}

static void check_out(const char *wanted)
{
	char *json = nw_fixture_quotes(wanted);

	ck_assert_str_eq(nw_buf_str(&out), json);
	free(json);
	out.len = 0;
}

#define PARENT "'_links':{'parent':{'title':'home','href':'/'},"
#define SELF(href) PARENT "'self':{'title':'people','href':'" href "'}"

static void check_list(int64_t page, int64_t size, int64_t total, const char *where, const char *sort,
		       const char *wanted)
{
	struct nw_links_page links = {page, size, total, where, sort};

	nw_links_list(&out, &domain->resources[0], &links);
	check_out(wanted);
}

START_TEST(lists_link_to_their_neighbours_in_eves_order)
{
	setup_domain();
	check_list(1, 25, 0, NULL, NULL, SELF("people") "}");
	check_list(1, 25, 25, NULL, NULL, SELF("people") "}");
	check_list(1, 25, 0, "{}", "-age", SELF("people") "}");
	check_list(1, 50, 4, NULL, NULL, SELF("people?max_results=50") "}");
	check_list(1, 25, 4, NULL, "-age", SELF("people?sort=-age") "}");
	check_list(1, 25, 26, NULL, NULL,
		   SELF("people") ",'next':{'title':'next page','href':'people?page=2'},'last':{'title':'last "
				  "page','href':"
				  "'people?page=2'}}");
	check_list(2, 1, 2, "x", "-age",
		   SELF("people?max_results=1&where=x&sort=-age&page=2") ",'prev':{'title':'previous page','href':"
									 "'people?max_results=1&where=x&sort=-age'}}");
	check_list(99, 25, 4, NULL, NULL,
		   SELF("people?page=99") ",'prev':{'title':'previous page','href':'people?page=98'}}");
	end_domain();
}
END_TEST

START_TEST(a_filter_in_a_link_cannot_end_it)
{
	setup_domain();
	check_list(1, 25, 1, "a&b#c%d+e", NULL, SELF("people?where=a%26b%23c%25d%2Be") "}");
	end_domain();
}
END_TEST

START_TEST(documents_link_to_themselves_and_what_they_refer_to)
{
	bson_t *doc = bson_new();
	bson_oid_t id;
	bson_t list;
	bson_iter_t iter;

	setup_domain();
	bson_oid_init_from_string(&id, "6b04c3be5360f67fe39a8f13");
	bson_append_oid(doc, "_id", -1, &id);
	bson_append_oid(doc, "owner", -1, &id);
	bson_append_array_begin(doc, "editors", -1, &list);
	bson_append_oid(&list, "0", -1, &id);
	bson_append_array_end(doc, &list);
	ck_assert(bson_iter_init_find(&iter, doc, "_id"));
	nw_links_document(&out, &domain->resources[1], doc, bson_iter_value(&iter));
	check_out(
		"'_links':{'self':{'title':'Work','href':'works/6b04c3be5360f67fe39a8f13'},'related':{'owner':{'title':"
		"'person','href':'people/6b04c3be5360f67fe39a8f13'},'editors':[{'title':'person','href':"
		"'people/6b04c3be5360f67fe39a8f13'}]}}");
	nw_links_item(&out, &domain->resources[0], doc, bson_iter_value(&iter));
	check_out(
		"'_links':{'self':{'title':'person','href':'people/6b04c3be5360f67fe39a8f13'},'parent':{'title':'home',"
		"'href':'/'},'collection':{'title':'people','href':'people'}}");
	bson_destroy(doc);
	end_domain();
}
END_TEST

START_TEST(ids_are_escaped_in_paths)
{
	bson_value_t id = {.value_type = BSON_TYPE_UTF8};
	char text[] = "a/b c\xc3\xa4?";

	id.value.v_utf8.str = text;
	id.value.v_utf8.len = (uint32_t)strlen(text);
	nw_links_add_id(&out, &id);
	check_out("a%2Fb%20c%C3%A4%3F");
	text[1] = '\0'; /* JSON has a way to write it */
	nw_links_add_id(&out, &id);
	check_out("a%00b%20c%C3%A4%3F");
	id = (bson_value_t){.value_type = BSON_TYPE_INT64};
	id.value.v_int64 = -7;
	nw_links_add_id(&out, &id);
	check_out("-7");
	nw_buf_free(&out);
}
END_TEST

START_TEST(home_links_to_every_resource)
{
	setup_domain();
	nw_links_home(&out, domain);
	check_out("{'_links':{'child':[{'title':'people','href':'people'},{'title':'works','href':'works'}]}}");
	end_domain();
}
END_TEST

NW_TEST_MAIN("data/links", lists_link_to_their_neighbours_in_eves_order, a_filter_in_a_link_cannot_end_it,
	     documents_link_to_themselves_and_what_they_refer_to, ids_are_escaped_in_paths,
	     home_links_to_every_resource)
