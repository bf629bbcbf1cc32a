#include "worker/data/description.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/data/fixture.h"
#include "tests/unit/unit.h"

/* Frees @domain. */
static void check_description(struct nw_domain *domain, const char *wanted)
{
	char *json = nw_fixture_quotes(wanted);
	struct nw_buf out = {0};

	nw_description_add(&out, domain);
	ck_assert_str_eq(nw_buf_str(&out), json);
	nw_buf_free(&out);
	nw_domain_free(domain);
	free(json);
}

/* Of a field with @rules, the rules @wanted. */
static void check_rules(const char *rules, const char *wanted)
{
	struct nw_buf schema = {0}, out = {0};
	char *json = nw_fixture_quotes(wanted);

	nw_buf_addf(&schema, "{'f':%s}", rules);
	struct nw_domain *domain = nw_fixture_schema(nw_buf_str(&schema));

	nw_description_add(&out, domain);
	const char *got = strstr(nw_buf_str(&out), "\"f\":");

	ck_assert_ptr_nonnull(got);
	ck_assert_msg(strncmp(got + 4, json, strlen(json)) == 0, "%s: %s", rules, got);
	nw_buf_free(&schema);
	nw_buf_free(&out);
	nw_domain_free(domain);
	free(json);
}

#define NOTHING_SAID                                                                                                   \
	"'resource_methods':['GET'],'item_methods':['GET'],'id_field':'_id','pagination_default':25,"                  \
	"'pagination_limit':50,'allow_unknown':false,"

START_TEST(a_resource_tells_its_settings_said_or_not)
{
	check_description(nw_fixture_domain("{'domain':{'works':{},'people':{'item_title':'person \\'x\\'',"
					    "'resource_methods':['POST','GET'],'item_methods':[],'allow_unknown':true,"
					    "'pagination_default':3,'pagination_limit':7,'additional_lookup':{'url':"
					    "'regex(\\'[\\\\w]+\\')','field':'n'},'schema':{'n':{}}}}}"),
			  "{'resources':{'works':{'title':'works','item_title':'Work','href':'works'," NOTHING_SAID
			  "'schema':{}},'people':{'title':'people','item_title':'person \\'x\\'','href':'people',"
			  "'resource_methods':['GET','POST'],'item_methods':[],'id_field':'_id','pagination_default':3,"
			  "'pagination_limit':7,'allow_unknown':true,'additional_lookup':{'field':'n','url':"
			  "'regex(\\'[\\\\w]+\\')'},'schema':{'n':{}}}}}");
}
END_TEST

START_TEST(the_url_prefix_is_not_part_of_hrefs)
{
	check_description(nw_fixture_domain("{'url_prefix':'api','domain':{'a':{}}}"),
			  "{'resources':{'a':{'title':'a','item_title':'A','href':'a'," NOTHING_SAID "'schema':{}}}}");
}
END_TEST

START_TEST(every_method_has_its_name)
{
	check_description(nw_fixture_domain("{'resource_methods':['GET','POST','DELETE'],'item_methods':"
					    "['DELETE','PUT','PATCH','GET'],'domain':{'a':{}}}"),
			  "{'resources':{'a':{'title':'a','item_title':'A','href':'a','resource_methods':['GET','POST',"
			  "'DELETE'],'item_methods':['GET','PATCH','PUT','DELETE'],'id_field':'_id',"
			  "'pagination_default':25,'pagination_limit':50,'allow_unknown':false,'schema':{}}}}");
}
END_TEST

START_TEST(an_id_is_described_where_the_file_has_rules_for_it)
{
	check_description(nw_fixture_domain("{'domain':{'a':{'schema':{'n':{},'_id':{'type':'objectid'}}}}}"),
			  "{'resources':{'a':{'title':'a','item_title':'A','href':'a'," NOTHING_SAID
			  "'schema':{'n':{},'_id':{'type':'objectid'}}}}}");
}
END_TEST

START_TEST(rules_are_told_as_they_work)
{
	check_rules("{}", "{}");
	check_rules("{'type':'string'}", "{'type':'string'}");
	check_rules("{'type':['string']}", "{'type':'string'}");
	check_rules("{'type':['integer','string']}", "{'type':['integer','string']}");
	check_rules("{'unique':true,'type':'string','readonly':true,'nullable':true,'required':true}",
		    "{'type':'string','required':true,'nullable':true,'readonly':true,'unique':true}");
	check_rules("{'type':'string','required':false,'nullable':false,'readonly':false,'unique':false}",
		    "{'type':'string'}");
	check_rules("{'type':'string','minlength':0,'maxlength':0}", "{'type':'string','minlength':0,'maxlength':0}");
	check_rules("{'type':'integer','min':-5,'max':0,'default':0}",
		    "{'type':'integer','default':0,'min':-5,'max':0}");
	check_rules("{'type':'float','min':0.5}", "{'type':'float','min':0.5}");
	check_rules("{'type':'string','allowed':['b','a']}", "{'type':'string','allowed':['b','a']}");
	check_rules("{'type':'string','allowed':[]}", "{'type':'string','allowed':[]}");
	check_rules("{'type':'boolean','nullable':true,'default':null}",
		    "{'type':'boolean','nullable':true,'default':null}");
}
END_TEST

START_TEST(dates_are_told_as_documents_have_them)
{
	check_rules("{'type':'datetime','min':'2020-01-01','max':'Wed, 01 Jan 2025 00:00:00 GMT',"
		    "'default':'2021-01-01T01:00:00+01:00','allowed':['2021-01-01','2022-01-01T00:00:00.5Z']}",
		    "{'type':'datetime','default':'2021-01-01T00:00:00Z','allowed':['2021-01-01T00:00:00Z',"
		    "'2022-01-01T00:00:00.500Z'],'min':'2020-01-01T00:00:00Z','max':'2025-01-01T00:00:00Z'}");
}
END_TEST

START_TEST(what_is_inside_is_told_with_it)
{
	check_rules("{'type':'dict','schema':{'b':{'type':'integer'},'a':{}}}",
		    "{'type':'dict','schema':{'b':{'type':'integer'},'a':{}}}");
	check_rules("{'type':'dict','schema':{}}", "{'type':'dict','schema':{}}");
	check_rules("{'type':'list','schema':{'type':'dict','schema':{'n':{'type':'integer','required':true}}}}",
		    "{'type':'list','schema':{'type':'dict','schema':{'n':{'type':'integer','required':true}}}}");
	check_rules("{'type':'list','allowed':['a'],'schema':{'type':'string'}}",
		    "{'type':'list','allowed':['a'],'schema':{'type':'string'}}");
	check_rules("{'type':'dict','default':{'x':[1,null]}}", "{'type':'dict','default':{'x':[1,null]}}");
}
END_TEST

START_TEST(a_relation_names_its_resource_and_field)
{
	check_rules("{'type':'objectid','data_relation':{'resource':'works','embeddable':true}}",
		    "{'type':'objectid','data_relation':{'resource':'works','field':'_id'}}");
	check_rules("{'type':'list','schema':{'type':'string','data_relation':{'resource':'works','field':'title'}}}",
		    "{'type':'list','schema':{'type':'string','data_relation':{'resource':'works','field':'title'}}}");
}
END_TEST

NW_TEST_MAIN("data/description", a_resource_tells_its_settings_said_or_not, the_url_prefix_is_not_part_of_hrefs,
	     every_method_has_its_name, an_id_is_described_where_the_file_has_rules_for_it, rules_are_told_as_they_work,
	     dates_are_told_as_documents_have_them, what_is_inside_is_told_with_it,
	     a_relation_names_its_resource_and_field)
