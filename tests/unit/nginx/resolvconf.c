#include "frontend/nginx/resolvconf.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

static void expect_candidates(const struct nw_resolvconf *conf, const char *name, const char *expected)
{
	char all[2048] = "", one[NW_RESOLVCONF_NAME];

	for (int i = 0; nw_resolvconf_candidate(conf, name, i, one); i++) {
		size_t len = strlen(all);

		snprintf(all + len, sizeof(all) - len, "%s%s", i > 0 ? " " : "", one);
	}
	ck_assert_str_eq(all, expected);
}

START_TEST(a_cluster_looks_in_its_domains_first)
{
	struct nw_resolvconf conf;

	nw_resolvconf_parse("search a.svc.cluster.local svc.cluster.local cluster.local.\nnameserver 10.96.0.10\n"
			    "options timeout:2 ndots:5",
			    &conf);
	ck_assert_int_eq(conf.n_servers, 1);
	ck_assert_str_eq(conf.servers[0], "10.96.0.10");
	expect_candidates(&conf, "service-backend",
			  "service-backend.a.svc.cluster.local service-backend.svc.cluster.local "
			  "service-backend.cluster.local service-backend");
	expect_candidates(&conf, "a.b.c.d.e.f",
			  "a.b.c.d.e.f a.b.c.d.e.f.a.svc.cluster.local "
			  "a.b.c.d.e.f.svc.cluster.local a.b.c.d.e.f.cluster.local");
	expect_candidates(&conf, "api.example.org.", "api.example.org");
}
END_TEST

START_TEST(compose_asks_for_the_name_as_it_is_first)
{
	struct nw_resolvconf conf;

	nw_resolvconf_parse("nameserver 127.0.0.11\nsearch lan\noptions edns0 ndots:0\n", &conf);
	expect_candidates(&conf, "service-backend", "service-backend service-backend.lan");
}
END_TEST

START_TEST(ipv6_servers_stand_in_brackets_and_three_are_enough)
{
	struct nw_resolvconf conf;

	nw_resolvconf_parse("; who\n# what\nnameserver fd00::10\n\tnameserver 192.0.2.1\r\nnameserver fe80::1%eth0\n"
			    "nameserver 2001:db8::1\nnameserver 192.0.2.2\n",
			    &conf);
	ck_assert_int_eq(conf.n_servers, 3);
	ck_assert_str_eq(conf.servers[0], "[fd00::10]");
	ck_assert_str_eq(conf.servers[1], "192.0.2.1");
	ck_assert_str_eq(conf.servers[2], "[2001:db8::1]");
}
END_TEST

START_TEST(an_empty_file_means_this_machine_and_whole_names)
{
	struct nw_resolvconf conf;

	nw_resolvconf_parse("", &conf);
	ck_assert_int_eq(conf.n_servers, 1);
	ck_assert_str_eq(conf.servers[0], "127.0.0.1");
	expect_candidates(&conf, "service-backend", "service-backend");
	expect_candidates(&conf, "", "");
}
END_TEST

START_TEST(the_last_search_list_counts_and_long_things_are_left_out)
{
	char text[6000], name[NW_RESOLVCONF_NAME], out[NW_RESOLVCONF_NAME];
	struct nw_resolvconf conf;

	memset(text, 'a', sizeof(text));
	memcpy(text, "search ", 7);
	snprintf(text + 5000, sizeof(text) - 5000, "\nsearch old\ndomain new\noptions ndots:99\noptions ndots:-1\n");
	nw_resolvconf_parse(text, &conf);
	ck_assert_int_eq(conf.n_search, 1);
	ck_assert_str_eq(conf.search[0], "new");
	ck_assert_int_eq(conf.ndots, 0);
	memset(name, 'b', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	ck_assert(nw_resolvconf_candidate(&conf, name, 0, out));
	ck_assert(!nw_resolvconf_candidate(&conf, name, 1, out));
}
END_TEST

NW_TEST_MAIN("nginx/resolvconf", a_cluster_looks_in_its_domains_first, compose_asks_for_the_name_as_it_is_first,
	     ipv6_servers_stand_in_brackets_and_three_are_enough, an_empty_file_means_this_machine_and_whole_names,
	     the_last_search_list_counts_and_long_things_are_left_out)
