#include "worker/data/merge.h"

#include <stdlib.h>

#include "tests/unit/data/fixture.h"
#include "tests/unit/unit.h"

static void check(void (*merge)(const bson_t *, const bson_t *, bson_t *), const char *stored, const char *change,
		  const char *wanted)
{
	bson_t *a = nw_fixture_bson(stored), *b = nw_fixture_bson(change), *out = bson_new();

	merge(a, b, out);
	char *got = nw_fixture_json(out), *json = nw_fixture_quotes(wanted);

	ck_assert_str_eq(got, json);
	free(got);
	free(json);
	bson_destroy(a);
	bson_destroy(b);
	bson_destroy(out);
}

START_TEST(objects_are_merged_and_everything_else_replaced)
{
	check(nw_merge_changes, "{'a':1,'b':2}", "{'a':3}", "{'a':3}");
	check(nw_merge_changes, "{'a':{'x':1,'y':2}}", "{'a':{'y':3,'z':4}}", "{'a':{'x':1,'y':3,'z':4}}");
	check(nw_merge_changes, "{'a':{'x':{'p':1,'q':2}}}", "{'a':{'x':{'q':3}}}", "{'a':{'x':{'p':1,'q':3}}}");
	check(nw_merge_changes, "{'a':{'x':1}}", "{'a':5}", "{'a':5}");
	check(nw_merge_changes, "{'a':5}", "{'a':{'x':1}}", "{'a':{'x':1}}");
	check(nw_merge_changes, "{'a':[1,2]}", "{'a':[3]}", "{'a':[3]}");
	check(nw_merge_changes, "{}", "{'a':{'x':1}}", "{'a':{'x':1}}");
	check(nw_merge_changes, "{'_id':1}", "{'_id':2,'a':null}", "{'a':null}");
	check(nw_merge_changes, "{'a':{'p.q':1}}", "{'a':{'p':{'q':2}}}", "{'a':{'p.q':1,'p':{'q':2}}}");
}
END_TEST

START_TEST(what_is_set_takes_its_place)
{
	check(nw_merge_set, "{'_id':1,'a':1,'b':2}", "{'b':3,'c':4}", "{'_id':1,'a':1,'b':3,'c':4}");
	check(nw_merge_set, "{'a':{'x':1}}", "{'a':{'y':2}}", "{'a':{'y':2}}");
}
END_TEST

NW_TEST_MAIN("data/merge", objects_are_merged_and_everything_else_replaced, what_is_set_takes_its_place)
