#include "common/tls_context.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/certificate.h"
#include "tests/unit/temp_dir.h"

enum { DAY_S = 24 * 60 * 60 };

static char good[] = "good.pem", good_key[] = "good.key", other_key[] = "other.key", locked_key[] = "locked.key";
static char both[] = "both.pem", nothing[] = "nothing.pem", missing[] = "no/such.pem";
static char nonsense[] = "nonsense", ciphers[] = "ECDHE-ECDSA-AES256-GCM-SHA384";

static void append_to(const char *path, const char *from)
{
	FILE *in = fopen(from, "r"), *out = fopen(path, "a");

	for (int c = fgetc(in); c != EOF; c = fgetc(in)) {
		fputc(c, out);
	}
	fclose(in);
	fclose(out);
}

static void prepare(void)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	certificate_write((struct certificate){.end_s = 90 * DAY_S}, "x.pem", other_key);
	certificate_write((struct certificate){.end_s = 90 * DAY_S, .passphrase = "open sesame"}, "x.pem", locked_key);
	certificate_write((struct certificate){.end_s = 90 * DAY_S}, good, good_key);
	append_to(both, good_key);
	append_to(both, good);
	append_to(nothing, "/dev/null");
}

static struct ssl_ctx_st *open_good(const struct nw_settings *settings)
{
	struct ssl_ctx_st *context = NULL;
	struct nw_err err = {0};

	ck_assert_msg(nw_tls_context_open(settings, &context, &err) == 0, "%s", err.msg);
	return context;
}

static void assert_refused(struct nw_settings settings, const char *sentence)
{
	struct ssl_ctx_st *context = NULL;
	struct nw_err err = {0};

	ck_assert_int_lt(nw_tls_context_open(&settings, &context, &err), 0);
	ck_assert_ptr_null(context);
	ck_assert_str_eq(err.msg, sentence);
}

START_TEST(without_certificate_and_key_there_is_none)
{
	const struct nw_settings settings = {.certfile = NULL};

	ck_assert_ptr_null(open_good(&settings));
	ck_assert_ptr_null(nw_tls_context_close(NULL));
	ck_assert_int_eq(nw_tls_context_check_time(NULL, &settings, 0, NULL), 0);
}
END_TEST

START_TEST(a_pair_may_be_in_two_files_or_in_one)
{
	prepare();
	const struct nw_settings settings[] = {
		{.certfile = good, .keyfile = good_key}, {.certfile = both},
		{.certfile = good, .keyfile = both},     {.certfile = both, .cert_reqs = 2, .ca_certs = good},
		{.certfile = both, .ca_certs = good},    {.certfile = both, .ciphers = ciphers},
	};

	for (size_t i = 0; i < NW_ARRAY_LEN(settings); i++) {
		struct ssl_ctx_st *context = open_good(&settings[i]);

		ck_assert_ptr_nonnull(context);
		ck_assert_int_eq(SSL_CTX_get_min_proto_version(context), TLS1_2_VERSION);
		nw_tls_context_close(context);
	}
}
END_TEST

START_TEST(a_file_that_cannot_be_used_is_named_with_what_is_wrong)
{
	prepare();
	assert_refused((struct nw_settings){.certfile = missing}, "certfile 'no/such.pem': No such file or directory");
	assert_refused((struct nw_settings){.certfile = nothing},
		       "certfile 'nothing.pem': it has nothing of that kind in PEM");
	assert_refused((struct nw_settings){.certfile = good, .keyfile = missing},
		       "keyfile 'no/such.pem': No such file or directory");
	assert_refused((struct nw_settings){.certfile = good, .keyfile = other_key},
		       "keyfile 'other.key': the key is not the certificate's");
	assert_refused((struct nw_settings){.certfile = good, .keyfile = good},
		       "keyfile 'good.pem': it has nothing of that kind in PEM");
	assert_refused((struct nw_settings){.certfile = good, .keyfile = locked_key},
		       "keyfile 'locked.key': it is encrypted: a server that starts by itself needs a key without a "
		       "passphrase");
	assert_refused((struct nw_settings){.certfile = good},
		       "certfile 'good.pem': it has nothing of that kind in PEM\n"
		       "keyfile is not set: the key is looked for in certfile");
	assert_refused((struct nw_settings){.certfile = both, .cert_reqs = 1, .ca_certs = missing},
		       "ca_certs 'no/such.pem': No such file or directory");
	assert_refused((struct nw_settings){.certfile = both, .ca_certs = nothing},
		       "ca_certs 'nothing.pem': it has nothing of that kind in PEM");
}
END_TEST

START_TEST(what_asks_for_more_than_there_is_is_refused)
{
	prepare();
	assert_refused((struct nw_settings){.keyfile = good_key},
		       "keyfile: there is no certificate to it: set certfile, too");
	assert_refused((struct nw_settings){.cert_reqs = 2}, "cert_reqs: it is of TLS, and there is no certfile");
	assert_refused((struct nw_settings){.ca_certs = good}, "ca_certs: it is of TLS, and there is no certfile");
	assert_refused((struct nw_settings){.ciphers = ciphers}, "ciphers: it is of TLS, and there is no certfile");
	assert_refused((struct nw_settings){.certfile = both, .cert_reqs = 1},
		       "cert_reqs: nobody could have a certificate: set ca_certs, that they are signed by");
	assert_refused((struct nw_settings){.certfile = both, .ciphers = nonsense},
		       "ciphers: OpenSSL knows no cipher in 'nonsense'");
}
END_TEST

START_TEST(an_end_that_is_near_is_spoken_of)
{
	ck_assert_int_eq(chdir(nw_temp_dir_new()), 0);
	certificate_write((struct certificate){.begin_s = -DAY_S, .end_s = 90 * DAY_S}, good, good_key);
	const struct nw_settings settings = {.certfile = good, .keyfile = good_key};
	struct ssl_ctx_st *context = open_good(&settings);
	int64_t now_s = time(NULL);
	struct nw_err err = {0};

	ck_assert_int_eq(nw_tls_context_check_time(context, &settings, now_s, &err), 0);
	ck_assert_int_eq(nw_tls_context_check_time(context, &settings, now_s + 75 * DAY_S, &err), 0);
	ck_assert_str_eq(err.msg, "");
	ck_assert_int_ne(nw_tls_context_check_time(context, &settings, now_s + 85 * DAY_S, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.msg, "certfile 'good.pem': its certificate ends in "));
	ck_assert_int_ne(nw_tls_context_check_time(context, &settings, now_s + 91 * DAY_S, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.msg, "certfile 'good.pem': its certificate has ended on "));
	ck_assert_int_ne(nw_tls_context_check_time(context, &settings, now_s - 2 * DAY_S, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.msg, "certfile 'good.pem': its certificate begins on "));
	nw_tls_context_close(context);
}
END_TEST

NW_TEST_MAIN("common/tls_context", without_certificate_and_key_there_is_none, a_pair_may_be_in_two_files_or_in_one,
	     a_file_that_cannot_be_used_is_named_with_what_is_wrong, what_asks_for_more_than_there_is_is_refused,
	     an_end_that_is_near_is_spoken_of)
