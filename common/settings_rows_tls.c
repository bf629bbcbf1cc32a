#include "common/settings_rows.h"

#define TLS "TLS"

const struct nw_setting nw_settings_rows_tls[] = {
	{
		.name = "certfile",
		.flags = {"--certfile"},
		.section = TLS,
		.metavar = "FILE",
		.type = NW_SETTING_STRING,
		AT(certfile),
		.differs = "It and the other files of TLS are read at a start, a reload, and when one of them changes, "
			   "not for each connection.",
		.none = "plain HTTP",
		.doc = "Serve HTTPS on all addresses of bind, with this certificate (PEM: its own first, then those of "
		       "the authorities between it and the root; the key may be in it, too). TLS 1.2 or newer. Read "
		       "before user and group are changed, and again at each reload, which a change of one of the "
		       "files begins by itself.",
	},
	{
		.name = "keyfile",
		.flags = {"--keyfile"},
		.section = TLS,
		.metavar = "FILE",
		.type = NW_SETTING_STRING,
		AT(keyfile),
		.none = "certfile has it",
		.doc = "Its key (PEM, without a passphrase).",
	},
	{
		.name = "cert_reqs",
		.flags = {"--cert-reqs"},
		.section = TLS,
		.metavar = "INT",
		.type = NW_SETTING_INT,
		AT(cert_reqs),
		.fallback = "0",
		.max = 2,
		.doc = "Certificates of clients: 0: none is asked for; 1: who shows one must have it signed by "
		       "ca_certs; 2: nobody comes in without.",
	},
	{
		.name = "ca_certs",
		.flags = {"--ca-certs"},
		.section = TLS,
		.metavar = "FILE",
		.type = NW_SETTING_STRING,
		AT(ca_certs),
		.none = "nobody",
		.doc = "Authorities (PEM) that sign the certificates of clients.",
	},
	{
		.name = "ciphers",
		.flags = {"--ciphers"},
		.section = TLS,
		.metavar = "CIPHERS",
		.type = NW_SETTING_STRING,
		AT(ciphers),
		.none = "those with forward secrecy",
		.doc = "Ciphers of TLS 1.2, as OpenSSL writes them (openssl-ciphers(1)).",
	},
};

const size_t nw_settings_n_rows_tls = NW_ARRAY_LEN(nw_settings_rows_tls);
