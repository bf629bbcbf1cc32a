#include "master/oom.h"

#include <sys/stat.h>

#include "tests/unit/temp_dir.h"
#include "tests/unit/unit.h"

static struct nw_oom oom;

static const char *at(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", nw_temp_dir, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(at(name), "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static void init(const char *cgroups)
{
	char path[256];

	put("self", cgroups);
	snprintf(path, sizeof(path), "%s", at("self"));
	nw_oom_init(&oom, path, nw_temp_dir);
}

static void expect_each_kill_once(const char *file)
{
	ck_assert_int_eq(nw_oom_judge(&oom), NW_OOM_NO);
	put(file, "low 0\nhigh 0\nmax 9\noom 3\noom_kill 5\noom_group_kill 0\n");
	ck_assert_int_eq(nw_oom_judge(&oom), NW_OOM_YES);
	ck_assert_int_eq(nw_oom_judge(&oom), NW_OOM_YES);
	ck_assert_int_eq(nw_oom_judge(&oom), NW_OOM_NO);
}

START_TEST(version_2_is_read_at_its_path)
{
	nw_temp_dir_new();
	mkdir(at("slice"), 0700);
	mkdir(at("slice/narwhal.service"), 0700);
	put("slice/narwhal.service/memory.events", "max 0\noom 0\noom_kill 3\n");
	put("memory.events", "oom_kill 77\n");
	init("0::/slice/narwhal.service\n");
	expect_each_kill_once("slice/narwhal.service/memory.events");
}
END_TEST

START_TEST(in_a_container_it_is_the_root)
{
	nw_temp_dir_new();
	put("memory.events", "oom_kill 3\n");
	init("0::/what/it/is/called/outside\n");
	expect_each_kill_once("memory.events");
}
END_TEST

START_TEST(version_1_is_read_where_memory_is)
{
	nw_temp_dir_new();
	mkdir(at("memory"), 0700);
	mkdir(at("memory/pod"), 0700);
	put("memory/pod/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
	init("9:name=systemd:/\n5:cpu,cpuacct:/pod\n4:hugetlb,memory:/pod\n0::/\n");
	expect_each_kill_once("memory/pod/memory.oom_control");
}
END_TEST

START_TEST(where_nobody_counts_nothing_is_claimed)
{
	nw_temp_dir_new();
	init("");
	ck_assert_int_eq(nw_oom_judge(&oom), NW_OOM_UNKNOWN);
	init("0::/nowhere\nnonsense\n4:memory\n");
	ck_assert_int_eq(nw_oom_judge(&oom), NW_OOM_UNKNOWN);
	put("memory.events", "oom_kill many\noom 3\n");
	init("0::/\n");
	ck_assert_int_eq(nw_oom_judge(&oom), NW_OOM_UNKNOWN);
	nw_oom_init(&oom, "/nowhere/at/all", nw_temp_dir);
	ck_assert_int_eq(nw_oom_judge(&oom), NW_OOM_UNKNOWN);
}
END_TEST

NW_TEST_MAIN("master/oom", version_2_is_read_at_its_path, in_a_container_it_is_the_root,
	     version_1_is_read_where_memory_is, where_nobody_counts_nothing_is_claimed)
