#include "master/ctl/figures.h"

#include <string.h>

#include "master/ctl/frame.h"
#include "tests/unit/unit.h"

static struct nw_ctl_figures one, two;

static void read_text(struct nw_ctl_figures *out, const struct nw_ctl_figures *before, const char *stats,
		      const char *workers, int64_t at_ms)
{
	cJSON *a = cJSON_Parse(stats), *b = cJSON_Parse(workers);

	ck_assert_ptr_nonnull(a);
	ck_assert_ptr_nonnull(b);
	nw_ctl_figures_read(out, before, a, b, at_ms);
	cJSON_Delete(a);
	cJSON_Delete(b);
}

#define STATS(pid, requests, failures, latency)                                                                        \
	"{\"pid\":" #pid                                                                                               \
	",\"state\":\"serving\",\"bucket_seconds\":[0.001,0.01,0.1],\"totals\":{\"requests\":" #requests               \
	",\"status\":{\"5xx\":" #failures "},\"latency\":" latency "}}"
#define WORKER(pid, requests) "{\"pid\":" #pid ",\"state\":\"serving\",\"requests\":" #requests "}"

START_TEST(rates_are_of_what_came_between)
{
	read_text(&one, NULL, STATS(1, 100, 1, "[100,0,0,0]"), "{\"workers\":[" WORKER(2, 100) "]}", 1000);
	ck_assert_double_lt(one.rate, 0);
	ck_assert_double_lt(one.workers[0].rate, 0);
	read_text(&two, &one, STATS(1, 300, 5, "[150,100,40,10]"),
		  "{\"workers\":[" WORKER(2, 150) "," WORKER(3, 150) "]}", 3000);
	ck_assert_double_eq(two.rate, 100);
	ck_assert_double_eq(two.failure_rate, 2);
	ck_assert_uint_eq(two.n_workers, 2);
	ck_assert_double_eq(two.workers[0].rate, 25);
	ck_assert_double_eq(two.workers[1].rate, 75);
}
END_TEST

START_TEST(percentiles_lie_in_their_bucket)
{
	read_text(&one, NULL, STATS(1, 0, 0, "[7,0,0,0]"), "{}", 0);
	read_text(&two, &one, STATS(1, 0, 0, "[57,40,9,1]"), "{}", 1000); /* 50, 40, 9, 1 of 100 */
	ck_assert_double_eq_tol(two.p50_s, 0.001, 1e-9);
	ck_assert_double_eq_tol(two.p90_s, 0.01, 1e-9);
	ck_assert_double_eq_tol(two.p99_s, 0.1, 1e-9);
	ck_assert_double_eq_tol(nw_ctl_figures_percentile(&two, &one, 0.25), 0.0005, 1e-9);
	ck_assert_double_eq_tol(nw_ctl_figures_percentile(&two, &one, 1), 0.1, 1e-9); /* what it was at least */
	ck_assert_double_lt(nw_ctl_figures_percentile(&one, &one, 0.5), 0);
}
END_TEST

START_TEST(another_server_has_no_rate_yet)
{
	read_text(&one, NULL, STATS(1, 500, 0, "[500]"), "{}", 0);
	read_text(&two, &one, STATS(2, 600, 0, "[600]"), "{}", 1000);
	ck_assert_double_lt(two.rate, 0);
	read_text(&two, &one, STATS(1, 10, 0, "[10]"), "{}", 1000); /* its counters went back */
	ck_assert_double_lt(two.rate, 0);
}
END_TEST

START_TEST(answers_that_are_odd_are_survived)
{
	struct nw_buf out = {0};

	read_text(&one, NULL, "{\"pid\":\"x\",\"totals\":[],\"bucket_seconds\":{\"a\":1},\"state\":\"\\u001b[2J\"}",
		  "{\"workers\":[1,{\"pid\":{}},{\"running\":[1,{\"seconds\":2,\"phase\":\"a\\nb\"},"
		  "{\"seconds\":5}]}]}",
		  0);
	ck_assert_str_eq(one.state, "?[2J");
	ck_assert_uint_eq(one.n_workers, 3);
	ck_assert_uint_eq(one.n_running, 3);
	ck_assert_double_eq(one.running[0].seconds, 5); /* the longest first */
	ck_assert_str_eq(one.running[1].phase, "a?b");
	read_text(&two, &one, "[]", "[]", 0);
	nw_ctl_frame_text(&out, &one);
	nw_ctl_frame_json(&out, &two);
	ck_assert(!out.failed);
	ck_assert_ptr_null(strchr(nw_buf_str(&out), '\033'));
	nw_buf_free(&out);
}
END_TEST

START_TEST(more_workers_than_there_is_room_for_are_left_out)
{
	struct nw_buf workers = {0};

	nw_buf_adds(&workers, "{\"workers\":[{}");
	for (int i = 0; i < NW_CTL_WORKERS + 5; i++) {
		nw_buf_adds(&workers, ",{\"pid\":7,\"running\":[{\"seconds\":1}]}");
	}
	nw_buf_adds(&workers, "]}");
	read_text(&one, NULL, "{}", nw_buf_str(&workers), 0);
	ck_assert_uint_eq(one.n_workers, NW_CTL_WORKERS);
	ck_assert_uint_eq(one.n_running, NW_CTL_RUNNING);
	nw_buf_free(&workers);
}
END_TEST

START_TEST(a_frame_has_what_it_was_given)
{
	struct nw_buf out = {0};

	read_text(&one, NULL, STATS(1, 100, 0, "[100,0,0,0]"), "{}", 0);
	read_text(&two, &one, STATS(1, 400, 0, "[400,0,0,0]"),
		  "{\"workers\":[{\"pid\":42,\"state\":\"serving\",\"requests\":300,\"resident_bytes\":7340032,"
		  "\"running\":[{\"method\":\"POST\",\"route\":\"/items\",\"phase\":\"store: insert\",\"seconds\":2.5,"
		  "\"request_id\":\"abc\"}]}]}",
		  1000);
	nw_ctl_frame_text(&out, &two);
	ck_assert_ptr_nonnull(strstr(nw_buf_str(&out), "requests 300/s"));
	ck_assert_ptr_nonnull(strstr(nw_buf_str(&out), "p50 0.5ms   p90 0.9ms   p99 1.0ms"));
	ck_assert_ptr_nonnull(strstr(nw_buf_str(&out), "\nPID   FOR  METHOD  ROUTE   DOING          REQUEST-ID\n"
						       " 42  2.5s  POST    /items  store: insert  abc\n"));
	ck_assert_ptr_nonnull(strstr(nw_buf_str(&out), "7.0M"));
	out.len = 0;
	nw_ctl_frame_json(&out, &two);
	cJSON *json = cJSON_Parse(nw_buf_str(&out));

	ck_assert_double_eq(cJSON_GetObjectItem(json, "requests_per_second")->valuedouble, 300);
	ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItem(json, "running")), 1);
	cJSON_Delete(json);
	nw_buf_free(&out);
}
END_TEST

NW_TEST_MAIN("master/ctl/figures", rates_are_of_what_came_between, percentiles_lie_in_their_bucket,
	     another_server_has_no_rate_yet, answers_that_are_odd_are_survived,
	     more_workers_than_there_is_room_for_are_left_out, a_frame_has_what_it_was_given)
