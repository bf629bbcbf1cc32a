/* Any JSON as a document, against a schema with every rule: stored whole, or refused with issues; and as a filter and a
 * sort of the same resource. */
#include <bson/bson.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <assert.h>

#include "worker/data/domain.h"
#include "worker/data/sort.h"
#include "worker/data/validate.h"
#include "worker/data/where.h"
#include "worker/store/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char DOMAIN[] =
	"{\"domain\":{\"a\":{\"schema\":{"
	"\"s\":{\"type\":\"string\",\"minlength\":1,\"maxlength\":5,\"allowed\":[\"x\",\"yy\"],\"required\":true},"
	"\"i\":{\"type\":\"integer\",\"min\":-5,\"max\":5,\"default\":1},"
	"\"f\":{\"type\":\"float\",\"nullable\":true,\"min\":0.5},"
	"\"b\":{\"type\":\"boolean\",\"readonly\":true},"
	"\"d\":{\"type\":\"datetime\",\"min\":\"2000-01-01\"},"
	"\"o\":{\"type\":\"objectid\",\"data_relation\":{\"resource\":\"a\"}},"
	"\"p\":{\"type\":\"point\"},"
	"\"m\":{\"type\":[\"datetime\",\"string\",\"list\"],\"maxlength\":3},"
	"\"u\":{\"type\":\"string\",\"unique\":true},"
	"\"x\":{},"
	"\"o2\":{\"type\":\"dict\",\"schema\":{\"n\":{\"type\":\"number\",\"default\":2.5},\"r\":{\"type\":\"string\","
	"\"required\":true}}},"
	"\"l\":{\"type\":\"list\",\"maxlength\":4,\"allowed\":[\"x\",1],\"schema\":{\"type\":[\"string\",\"integer\"]}}"
	","
	"\"l2\":{\"type\":\"list\",\"schema\":{\"type\":\"dict\",\"schema\":{\"k\":{\"type\":\"objectid\"}}}}"
	"}}}}";

static struct nw_domain *domain_once(void)
{
	static struct nw_domain *domain;

	if (domain == NULL && nw_domain_parse("fuzz", DOMAIN, sizeof(DOMAIN) - 1, &domain, NULL) != 0) {
		abort();
	}
	return domain;
}

static void check_document(const struct nw_resource *resource, const bson_t *doc, bool allow_unknown, bool is_change)
{
	struct nw_arena *arena = nw_arena_new(0);
	struct nw_memory memory = nw_memory_of_arena(arena);
	struct nw_validation v = {
		.memory = &memory, .allow_unknown = allow_unknown, .is_change = is_change, .stored = doc};
	struct nw_buf text = {0};
	bson_t out = BSON_INITIALIZER;

	if (nw_validate(&v, resource->schema, doc, &out) == 0) {
		nw_issues_json(&v.issues, &text);
		assert(bson_validate(&out, BSON_VALIDATE_NONE, NULL));
	}
	bson_destroy(&out);
	nw_buf_free(&text);
	nw_arena_free(arena);
}

static void check_query(const struct nw_resource *resource, const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	bson_t out = BSON_INITIALIZER;
	bson_t order = BSON_INITIALIZER;
	struct nw_err err = {0};

	if (text != NULL && nw_where_read(resource, text, &out, &err) != 0) {
		assert(err.msg[0] != '\0');
	}
	if (text != NULL && nw_sort_read(resource, text, &order, &err) != 0) {
		assert(err.msg[0] != '\0');
	}
	free(text);
	bson_destroy(&out);
	bson_destroy(&order);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nw_domain *domain = domain_once();
	bool is_array;
	bson_t doc;

	check_query(&domain->resources[0], data, size);
	if (nw_json_to_bson((const char *)data, size, &doc, &is_array, NULL) != 0) {
		return 0;
	}
	for (unsigned way = 0; way < 4; way++) {
		check_document(&domain->resources[0], &doc, way & 1, way & 2);
	}
	bson_destroy(&doc);
	return 0;
}
