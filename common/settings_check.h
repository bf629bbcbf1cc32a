/**
 * What the text of a setting must look like. 0, or -EINVAL and a sentence that goes on where "NAME: " ends.
 * Nothing is opened or resolved here: that is done when the setting is used.
 */
#ifndef NW_COMMON_SETTINGS_CHECK_H
#define NW_COMMON_SETTINGS_CHECK_H

#include "common/err.h"

/** The codings that the worker has encoders for, the better first. */
#if NW_HAS_BROTLI
#define NW_SETTINGS_CODINGS "br,gzip"
#else
#define NW_SETTINGS_CODINGS "gzip"
#endif

int nw_settings_check_bind(const char *text, struct nw_err *err) NW_MUST_CHECK;
int nw_settings_check_admin_bind(const char *text, struct nw_err *err) NW_MUST_CHECK; /* needs a port */
int nw_settings_check_store(const char *text, struct nw_err *err) NW_MUST_CHECK;
int nw_settings_check_static(const char *text, struct nw_err *err) NW_MUST_CHECK; /* PREFIX=DIR */
int nw_settings_check_status_path(const char *text, struct nw_err *err) NW_MUST_CHECK;
int nw_settings_check_network(const char *text, struct nw_err *err) NW_MUST_CHECK;
int nw_settings_check_scheme_header(const char *text, struct nw_err *err) NW_MUST_CHECK;    /* NAME=VALUE */
int nw_settings_check_forwarder_header(const char *text, struct nw_err *err) NW_MUST_CHECK; /* one name, or * */
int nw_settings_check_compress(const char *text, struct nw_err *err) NW_MUST_CHECK;         /* codings, or off */
int nw_settings_check_variable(const char *text, struct nw_err *err) NW_MUST_CHECK;         /* NAME=VALUE */
int nw_settings_check_app(const char *text, struct nw_err *err) NW_MUST_CHECK;              /* data, or a path */
int nw_settings_check_dir(const char *text, struct nw_err *err) NW_MUST_CHECK;              /* is there now */
int nw_settings_check_reload_engine(const char *text, struct nw_err *err) NW_MUST_CHECK;

#endif
