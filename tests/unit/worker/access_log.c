#include "worker/access_log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/fd.h"
#include "tests/unit/unit.h"
#include "worker/http/parser.h"

static const char request[] = "GET /caf%C3%A9/a%22b?x=1&y HTTP/1.1\r\n"
			      "Host: localhost\r\n"
			      "Authorization: Basic YWRhOnNlY3JldA==\r\n"
			      "User-Agent: test \"quoted\"\r\n"
			      "X-Empty:\r\n"
			      "\r\n";

static struct nw_field fields[16];
static struct sockaddr_in peer;

/* A whole request and its answer, as the connection would hand them over. */
static void fill(struct nw_exchange *x, struct nw_arena *arena)
{
	struct nw_parser parser;
	const struct nw_parser_rules limits = {.line = 4094, .fields = 16, .field_size = 8190};
	char text[sizeof(request)];

	*x = (struct nw_exchange){.arena = arena};
	x->head.fields = fields;
	x->head.cap = NW_ARRAY_LEN(fields);
	memcpy(text, request, sizeof(text));
	nw_parser_init(&parser);
	ck_assert_int_eq(nw_parser_feed(&parser, &x->head, &limits, text, strlen(text)), 0);
	ck_assert_int_eq(parser.state, NW_PARSE_DONE);
	x->head.base = request;
	peer.sin_family = AF_INET;
	inet_pton(AF_INET, "192.0.2.7", &peer.sin_addr);
	x->peer = (const struct sockaddr *)&peer;
	x->trace = (struct nw_trace){UINT64_MAX, 1};
	x->scheme = NW_SCHEME_HTTPS;
	x->begin_us = nw_clock_us() - 2500000;
	x->answer.status = 200;
	x->bytes_sent = 17;
	nw_buf_adds(&x->answer.fields, "Content-Type: text/plain\r\nX-App: yes\r\n");
}

/* The line that @format makes, without its newline; the caller frees. */
static char *line_of(const char *format, bool is_refused)
{
	char path[] = "/tmp/narwhal-access-XXXXXX";
	int fd = mkstemp(path);
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_access_log *log = NULL;
	struct nw_exchange x;
	struct nw_err err = {0};
	char *text = NULL;
	size_t len = 0;

	ck_assert_int_ne(fd, -1);
	close(fd);
	fill(&x, arena);
	if (is_refused) {
		nw_buf_free(&x.answer.fields);
		x = (struct nw_exchange){
			.head.base = "", .answer.status = 400, .is_refused = true, .begin_us = nw_clock_us()};
	}
	ck_assert_int_eq(nw_access_log_open(path, false, format, &log, &err), 0);
	nw_access_log_write(log, &x);
	nw_access_log_close(log);
	ck_assert_int_eq(nw_fd_read_file(path, 65536, &text, &len), 0);
	ck_assert_int_eq(text[len - 1], '\n');
	text[len - 1] = '\0';
	unlink(path);
	if (!is_refused) {
		nw_buf_free(&x.answer.fields);
	}
	nw_arena_free(arena);
	return text;
}

static void expect(const char *format, const char *line)
{
	NW_AUTO_FREE char *got = line_of(format, false);

	ck_assert_str_eq(got, line);
}

START_TEST(every_atom_says_what_it_should)
{
	expect("%(h)s %(l)s %(u)s", "192.0.2.7 - ada");
	expect("%(r)s", "GET /caf%C3%A9/a%22b?x=1&y HTTP/1.1");
	expect("%(m)s %(U)s %(q)s %(H)s", "GET /caf\\xC3\\xA9/a\\\"b x=1&y HTTP/1.1");
	expect("%(s)s %(B)s %(b)s", "200 17 17");
	expect("%(f)s %(a)s [%({x-empty}i)s]", "- test \\\"quoted\\\" []");
	expect("%({x-app}o)s %({nosuch}o)s", "yes -");
	expect("%({REQUEST_METHOD}e)s %({http_user_agent}e)s", "GET test \\\"quoted\\\"");
	expect("%({X-Request-Id}o)s %({x-request-id}i)s", "ffffffffffffffff0100000000000000 -");
	expect("%({wsgi.url_scheme}e)s", "https");
	expect("%({traceparent}e)s", "00-ffffffffffffffff0100000000000000-0100000000000000-01");
	expect("%(T)s %(nosuch)s", "2 -");
}
END_TEST

START_TEST(widths_are_pythons)
{
	expect("%(s)5s|%(s)-5s|%(B)d|%%|%(m).2s", "  200|200  |17|%|GE");
}
END_TEST

START_TEST(a_refused_request_has_a_line_too)
{
	NW_AUTO_FREE char *line =
		line_of("%(h)s \"%(r)s\" %(s)s %(a)s %(m)s %(U)s %(q)s %(H)s %({x-request-id}o)s", true);

	ck_assert_str_eq(line, " \"-\" 400 - - - - - 00000000000000000000000000000000");
}
END_TEST

/* Names are an interface. */
START_TEST(as_json_all_names_are_always_there)
{
	NW_AUTO_FREE char *line = line_of("json", false);
	NW_AUTO_FREE char *refused = line_of("json", true);

	ck_assert_ptr_nonnull(
		strstr(line, ",\"peer\":\"192.0.2.7\",\"client\":\"192.0.2.7\",\"scheme\":\"https\",\"method\":\"GET\","
			     "\"path\":\"/caf%C3%A9/a%22b\",\"query\":\"x=1&y\","
			     "\"protocol\":\"HTTP/1.1\",\"status\":200,\"bytes\":17,\"duration\":2.5"));
	ck_assert_ptr_nonnull(strstr(line, ",\"referer\":null,\"user_agent\":\"test \\\"quoted\\\"\",\"user\":\"ada\","
					   "\"request_id\":\"ffffffffffffffff0100000000000000\","
					   "\"trace_id\":\"ffffffffffffffff0100000000000000\"}"));
	ck_assert_ptr_nonnull(strstr(refused,
				     ",\"peer\":null,\"client\":null,\"scheme\":\"http\",\"method\":null,\"path\":null,"
				     "\"query\":null,\"protocol\":null,\"status\":400,"));
}
END_TEST

START_TEST(a_broken_format_is_refused_with_its_place)
{
	struct nw_err err = {0};

	ck_assert_int_eq(nw_access_log_check("%(h)s %(oops", &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.msg, "character 7"));
	ck_assert_int_eq(nw_access_log_check("%h", &err), -EINVAL);
	ck_assert_int_eq(nw_access_log_check("%(h)", &err), -EINVAL);
	ck_assert_int_eq(nw_access_log_check("%(h)s", &err), 0);
}
END_TEST

NW_TEST_MAIN("worker/access_log", every_atom_says_what_it_should, widths_are_pythons, a_refused_request_has_a_line_too,
	     as_json_all_names_are_always_there, a_broken_format_is_refused_with_its_place)
