#include "common/channel.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static void open_pair(int *master, int *worker)
{
	struct nw_err err = {0};

	ck_assert_int_eq(nw_channel_open(master, worker, &err), 0);
}

START_TEST(messages_arrive_whole_and_in_order)
{
	struct nw_channel_msg msg;
	int master = -1, worker = -1;

	open_pair(&master, &worker);
	nw_channel_receive(master, &msg);
	ck_assert_int_eq(msg.kind, NW_CHANNEL_NOTHING);
	ck_assert_int_eq(nw_channel_send(worker, NW_CHANNEL_FAILED, "domain.json:3: no such type 'strin'"), 0);
	ck_assert_int_eq(nw_channel_send(worker, NW_CHANNEL_READY, NULL), 0);
	ck_assert_int_eq(nw_channel_send(worker, NW_CHANNEL_LEAVING, NULL), 0);
	ck_assert_int_eq(nw_channel_send(worker, NW_CHANNEL_WISH, "age"), 0);
	nw_channel_receive(master, &msg);
	ck_assert_int_eq(msg.kind, NW_CHANNEL_FAILED);
	ck_assert_str_eq(msg.text, "domain.json:3: no such type 'strin'");
	nw_channel_receive(master, &msg);
	ck_assert_int_eq(msg.kind, NW_CHANNEL_READY);
	ck_assert_str_eq(msg.text, "");
	nw_channel_receive(master, &msg);
	ck_assert_int_eq(msg.kind, NW_CHANNEL_LEAVING);
	nw_channel_receive(master, &msg);
	ck_assert_int_eq(msg.kind, NW_CHANNEL_WISH);
	ck_assert_str_eq(msg.text, "age");
	nw_channel_receive(master, &msg);
	ck_assert_int_eq(msg.kind, NW_CHANNEL_NOTHING);
	close(master);
	close(worker);
}
END_TEST

START_TEST(text_is_cut_to_what_a_message_holds)
{
	struct nw_channel_msg msg;
	char text[2 * sizeof(msg.text)];
	int master = -1, worker = -1;

	open_pair(&master, &worker);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	ck_assert_int_eq(nw_channel_send(worker, NW_CHANNEL_FAILED, text), 0);
	nw_channel_receive(master, &msg);
	ck_assert_int_eq(msg.kind, NW_CHANNEL_FAILED);
	ck_assert_uint_eq(strlen(msg.text), sizeof(msg.text) - 1);
	close(master);
	close(worker);
}
END_TEST

START_TEST(each_side_sees_the_other_go)
{
	struct nw_channel_msg msg;
	int master = -1, worker = -1;

	open_pair(&master, &worker);
	ck_assert_int_eq(nw_channel_send(worker, NW_CHANNEL_READY, NULL), 0);
	close(worker);
	nw_channel_receive(master, &msg);
	ck_assert_int_eq(msg.kind, NW_CHANNEL_READY);
	for (int i = 0; i < 2; i++) {
		nw_channel_receive(master, &msg);
		ck_assert_int_eq(msg.kind, NW_CHANNEL_EOF);
	}
	/* Without a SIGPIPE, which would end this test. */
	ck_assert_int_lt(nw_channel_send(master, NW_CHANNEL_READY, NULL), 0);
	close(master);
}
END_TEST

START_TEST(foreign_bytes_are_passed_over)
{
	struct nw_channel_msg msg;
	unsigned kind = 4711;
	int master = -1, worker = -1;

	open_pair(&master, &worker);
	ck_assert_int_eq(send(worker, "x", 1, 0), 1);
	ck_assert_int_eq(send(worker, &kind, sizeof(kind), 0), sizeof(kind));
	ck_assert_int_eq(nw_channel_send(worker, NW_CHANNEL_READY, NULL), 0);
	nw_channel_receive(master, &msg);
	ck_assert_int_eq(msg.kind, NW_CHANNEL_READY);
	close(master);
	close(worker);
}
END_TEST

NW_TEST_MAIN("common/channel", messages_arrive_whole_and_in_order, text_is_cut_to_what_a_message_holds,
	     each_side_sees_the_other_go, foreign_bytes_are_passed_over)
