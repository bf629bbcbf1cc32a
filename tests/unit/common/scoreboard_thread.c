#include "common/scoreboard_thread.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "common/clock.h"
#include "common/scoreboard.h"
#include "tests/unit/unit.h"

static struct nw_board *board;
static struct nw_slot *slot;

static void begin(void)
{
	board = nw_board_new();
	slot = nw_board_claim(board, 1);
	slot = nw_board_claim(board, 1); /* not the first one */
	nw_board_thread_begin(board, slot);
}

static void end(void)
{
	nw_board_free(board);
}

static const char *text_of(unsigned i)
{
	static char text[512];
	struct nw_board_thread_view view;
	struct nw_buf out = {0};

	ck_assert(nw_board_thread_read(board, slot, i, &view));
	view.tid = 7;
	if (view.begin_ms != 0) {
		view.begin_ms = 1000;
	}
	view.phase_ms = view.phase_ms == 0 ? 0 : 2000;
	nw_board_thread_text(board, &view, 3500, &out);
	snprintf(text, sizeof(text), "%s", nw_buf_str(&out));
	nw_buf_free(&out);
	return text;
}

START_TEST(a_request_is_told_with_its_route_its_id_and_where_it_is)
{
	begin();
	unsigned route = nw_board_route(board, "GET, POST", "/items/<id>");

	ck_assert_str_eq(text_of(0), "event loop 7: idle");
	nw_board_thread_take(NW_BOARD_DOING(NW_PHASE_HANDLER, route), nw_span_of("POST"), nw_span_of("abc\n"), board);
	ck_assert_str_eq(text_of(0), "event loop 7: POST /items/<id> (request id abc\\x0A) for 2.5 s, in the handler");
	uint32_t doing = nw_board_thread_enter_store(NW_OPERATION_INSERT, "items", 1);

	ck_assert_str_eq(text_of(0), "event loop 7: POST /items/<id> (request id abc\\x0A) for 2.5 s, "
				     "in the store: insert into 'items' for 1.5 s");
	nw_board_thread_leave(doing);
	doing = nw_board_thread_enter(NW_PHASE_CLIENT);
	ck_assert_str_eq(text_of(0), "event loop 7: POST /items/<id> (request id abc\\x0A) for 2.5 s, "
				     "waiting for the client to read for 1.5 s");
	nw_board_thread_leave(doing);
	nw_board_thread_drop();
	ck_assert_str_eq(text_of(0), "event loop 7: idle");
	end();
}
END_TEST

START_TEST(the_loop_says_no_more_than_the_route)
{
	begin();
	unsigned route = nw_board_route(board, "GET", "/block");

	NW_GAUGE(nw_board_thread_own->doing, NW_BOARD_DOING(NW_PHASE_HANDLER, route));
	ck_assert_str_eq(text_of(0), "event loop 7: GET /block, in the handler");
	NW_GAUGE(nw_board_thread_own->doing, NW_BOARD_DOING(NW_PHASE_HANDLER, 0));
	ck_assert_str_eq(text_of(0), "event loop 7: of no route that is counted, in the handler");
	end();
}
END_TEST

START_TEST(what_is_too_long_is_cut)
{
	char id[200];

	begin();
	memset(id, 'i', sizeof(id));
	nw_board_thread_take(NW_BOARD_DOING(NW_PHASE_HANDLER, 0), nw_span_of("PROPPATCHES"),
			     (struct nw_span){id, sizeof(id)}, NULL);
	nw_board_thread_enter_store(NW_OPERATION_FIND, "a_collection_with_quite_a_long_name", 3);
	struct nw_board_thread_view view;

	ck_assert(nw_board_thread_read(board, slot, 0, &view));
	ck_assert_str_eq(view.method, "PROPPATC");
	ck_assert_uint_eq(strlen(view.id), NW_BOARD_ID);
	ck_assert_str_eq(view.collection, "a_collection_with_quite_a_long_n");
	end();
}
END_TEST

/* The master reads what a worker that went wild may have written. */
START_TEST(no_value_of_a_record_leads_astray)
{
	begin();
	memset((void *)nw_board_thread_own, 0xff, sizeof(*nw_board_thread_own));
	NW_GAUGE(board->threads[1].n, UINT32_MAX);
	const char *text = text_of(0);

	ck_assert_ptr_nonnull(strstr(text, "unknown thread 7"));
	ck_assert(!nw_board_thread_read(board, slot, NW_BOARD_THREADS, &(struct nw_board_thread_view){0}));
	nw_board_release(board, slot);
	end();
}
END_TEST

START_TEST(time_is_busy_time_unless_it_waits_for_the_client)
{
	begin();
	nw_board_thread_take(NW_BOARD_DOING(NW_PHASE_HANDLER, 0), nw_span_of("GET"), nw_span_of("x"), NULL);
	NW_GAUGE(nw_board_thread_own->busy_ms, 5);
	nw_board_thread_leave(nw_board_thread_enter_store(NW_OPERATION_FIND, NULL, 1));
	ck_assert_int_eq(NW_READ(nw_board_thread_own->busy_ms), 5);
	nw_board_thread_leave(nw_board_thread_enter(NW_PHASE_COMPRESS));
	ck_assert_int_eq(NW_READ(nw_board_thread_own->busy_ms), 5);
	nw_board_thread_leave(nw_board_thread_enter(NW_PHASE_BODY));
	ck_assert_int_ne(NW_READ(nw_board_thread_own->busy_ms), 5);
	end();
}
END_TEST

static void *thread_main(void *spare)
{
	struct nw_board_thread *record = nw_board_thread_join(NW_ROLE_HANDLER, spare);

	nw_board_thread_take(NW_BOARD_DOING(NW_PHASE_HANDLER, 0), nw_span_of("GET"), nw_span_of("x"), spare);
	return record;
}

START_TEST(threads_beyond_the_records_keep_their_own_and_a_released_slot_has_none)
{
	static struct nw_board_thread spares[NW_BOARD_THREADS + 3];
	struct nw_board_thread_view view;
	unsigned n_spare = 0, n = 0;

	begin();
	for (size_t i = 0; i < NW_ARRAY_LEN(spares); i++) {
		pthread_t thread;
		void *record = NULL;

		ck_assert_int_eq(pthread_create(&thread, NULL, thread_main, &spares[i]), 0);
		pthread_join(thread, &record);
		n_spare += record == &spares[i];
	}
	ck_assert_uint_eq(n_spare, 4); /* one is the loop's */
	while (nw_board_thread_read(board, slot, n, &view)) {
		ck_assert_int_eq(view.role, n == 0 ? NW_ROLE_LOOP : NW_ROLE_HANDLER);
		n++;
	}
	ck_assert_uint_eq(n, NW_BOARD_THREADS);
	nw_board_release(board, slot);
	ck_assert(!nw_board_thread_read(board, slot, 0, &view));
	ck_assert_uint_eq(NW_READ(board->threads[1].v[5].doing), 0);
	end();
}
END_TEST

NW_TEST_MAIN("common/scoreboard_thread", a_request_is_told_with_its_route_its_id_and_where_it_is,
	     the_loop_says_no_more_than_the_route, what_is_too_long_is_cut, no_value_of_a_record_leads_astray,
	     time_is_busy_time_unless_it_waits_for_the_client,
	     threads_beyond_the_records_keep_their_own_and_a_released_slot_has_none)
