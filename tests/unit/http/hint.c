/* Early hints. */
#include <string.h>

#include "tests/unit/http/world.h"
#include "worker/http/stream.h"

#define HOST "Host: a\r\n"
#define GET(path) "GET " path " HTTP/1.1\r\n" HOST "\r\n"
#define OK "HTTP/1.1 200 OK\r\n"

static struct client client;

/* @own: answers requests for "/own". */
static void begin(void (*own)(struct nw_exchange *x))
{
	world_prepare();
	world.own = own;
	world_open();
	client_open(&client);
}

static void hint_and_answer(struct nw_exchange *x)
{
	nw_stream_hint(x, nw_span_of("Link: </a.css>\r\n"));
	nw_stream_hint(x, nw_span_of("Link: </b.js>\r\n"));
	x->answer.status = 200;
	x->answer.body = nw_span_of("answer");
	nw_exchange_send(x);
}

START_TEST(hints_come_before_the_answer)
{
	begin(hint_and_answer);
	client_says(&client, GET("/own"));
	client_expect(&client, 1, "answer");
	ck_assert_ptr_eq(strstr(client.data, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
					     "HTTP/1.1 103 Early Hints\r\nLink: </b.js>\r\n\r\n" OK),
			 client.data);
	client_forget(&client);
	client_says(&client, "GET /own HTTP/1.0\r\n\r\n");
	client_expect(&client, 1, "answer");
	ck_assert_uint_eq(client_count(&client, "Early Hints"), 0);
	world_end(&client);
}
END_TEST

START_TEST(hints_go_out_at_once)
{
	begin(NULL);
	client_says(&client, GET("/later"));
	WORLD_UNTIL(world.n_deferred == 1);
	nw_stream_hint(world.deferred[0], nw_span_of("Link: </a.css>\r\n"));
	client_expect(&client, 1, "103 Early Hints\r\nLink: </a.css>\r\n\r\n");
	struct nw_exchange *x = world.deferred[0];

	x->answer.status = 200;
	ck_assert_int_eq(nw_stream_begin(x), 0);
	nw_stream_hint(x, nw_span_of("Link: </late.css>\r\n"));
	ck_assert_int_eq(nw_stream_write(x, "one", 3), 0);
	nw_stream_end(x, true);
	client_expect(&client, 1, "0\r\n\r\n");
	ck_assert_uint_eq(client_count(&client, "late"), 0);
	world_end(&client);
}
END_TEST

START_TEST(hints_for_one_who_takes_nothing_end)
{
	char *link = malloc(100000);

	begin(NULL);
	memset(link, 'x', 100000);
	memcpy(link, "Link: ", 6);
	memcpy(link + 99998, "\r\n", 2);
	client_says(&client, GET("/later"));
	WORLD_UNTIL(world.n_deferred == 1);
	for (int i = 0; i < 1000; i++) {
		nw_stream_hint(world.deferred[0], (struct nw_span){link, 100000});
	}
	world_sweep_after(31000);
	ck_assert(world.deferred[0]->is_gone);
	nw_exchange_send(world.deferred[0]);
	free(link);
	world_end(&client);
}
END_TEST

static char seen[64]; /* the target of a request whose client is gone */

static void hint_and_look(struct nw_exchange *x)
{
	struct nw_span target = nw_head_span(&x->head, x->head.target);

	client_reset(&client);
	nw_stream_hint(x, nw_span_of("Link: </a.css>\r\n"));
	ck_assert(x->is_gone);
	memcpy(seen, target.p, target.len);
	nw_exchange_send(x);
}

START_TEST(a_request_stays_when_its_client_is_found_gone)
{
	begin(hint_and_look);
	client_says(&client, "GET /own?q HTTP/1.1\r\n"); /* so that it lies in a buffer of the connection's */
	world_settle();
	client_says(&client, HOST "\r\n");
	WORLD_UNTIL(world.n_done == 1);
	ck_assert_str_eq(seen, "/own?q");
	ck_assert_uint_eq(nw_http_open(world.http), 0);
	world_end(&client);
}
END_TEST

NW_TEST_MAIN("http/hint", hints_come_before_the_answer, hints_go_out_at_once, hints_for_one_who_takes_nothing_end,
	     a_request_stays_when_its_client_is_found_gone)
