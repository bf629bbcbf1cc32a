/** What the data app's tests share: domains and documents written as JSON with ' for ". */
#ifndef NW_TESTS_UNIT_DATA_FIXTURE_H
#define NW_TESTS_UNIT_DATA_FIXTURE_H

#include <bson/bson.h>

#include "worker/data/domain.h"

/** @text with " for every '. Freed by the caller. */
char *nw_fixture_quotes(const char *text);

/** The domain of @text, which must be right. nw_domain_free(). */
struct nw_domain *nw_fixture_domain(const char *text);

/** The domain {"domain": {"people": {"schema": SCHEMA}, "works": ...}}. */
struct nw_domain *nw_fixture_schema(const char *schema);

/** What is wrong with @text. Freed by the caller. */
char *nw_fixture_mistakes(const char *text);

/** @json as BSON. bson_destroy(). */
bson_t *nw_fixture_bson(const char *json);

/** @doc as JSON. Freed by the caller. */
char *nw_fixture_json(const bson_t *doc);

#endif
