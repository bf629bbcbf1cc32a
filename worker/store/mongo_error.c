#include <mongoc/mongoc.h>
#include <string.h>

#include "worker/store/mongo.h"
#include "worker/store/op.h"

static bool is_duplicate(uint32_t code)
{
	return code == 11000 || code == 11001 || code == 12582;
}

/* Codes of the server; their names are those of its documentation. */
static enum nw_store_status status_of_code(uint32_t code)
{
	switch (code) {
	case 6:     /* HostUnreachable */
	case 7:     /* HostNotFound */
	case 64:    /* WriteConcernFailed */
	case 89:    /* NetworkTimeout */
	case 91:    /* ShutdownInProgress */
	case 100:   /* UnsatisfiableWriteConcern */
	case 112:   /* WriteConflict */
	case 133:   /* FailedToSatisfyReadPreference */
	case 189:   /* PrimarySteppedDown */
	case 202:   /* NetworkInterfaceExceededTimeLimit */
	case 251:   /* NoSuchTransaction */
	case 262:   /* ExceededTimeLimit */
	case 317:   /* ConnectionPoolExpired */
	case 9001:  /* SocketException */
	case 10058: /* LegacyNotPrimary */
	case 10107: /* NotWritablePrimary */
	case 11600: /* InterruptedAtShutdown */
	case 11602: /* InterruptedDueToReplStateChange */
	case 13435: /* NotPrimaryNoSecondaryOk */
	case 13436: /* NotPrimaryOrSecondary */
	case 14031: /* OutOfDiskSpace */
		return NW_STORE_UNAVAILABLE;
	case 2:     /* BadValue */
	case 9:     /* FailedToParse */
	case 14:    /* TypeMismatch */
	case 22:    /* InvalidBSON */
	case 28:    /* PathNotViable */
	case 34:    /* CannotBackfillArray */
	case 40:    /* ConflictingUpdateOperators */
	case 52:    /* DollarPrefixedFieldName */
	case 53:    /* InvalidIdField */
	case 55:    /* InvalidDBRef */
	case 56:    /* EmptyFieldName */
	case 57:    /* DottedFieldName */
	case 66:    /* ImmutableField */
	case 73:    /* InvalidNamespace */
	case 121:   /* DocumentValidationFailure */
	case 10334: /* BSONObjectTooLarge */
	case 16755: /* a geometry that is none */
	case 17280: /* KeyTooLong */
	case 17419: /* an update's result is too large */
		return NW_STORE_INVALID;
	default:
		return NW_STORE_FAILED;
	}
}

enum nw_store_status nw_mongo_status(const bson_error_t *error)
{
	switch (error->domain) {
	case MONGOC_ERROR_SERVER_SELECTION:
	case MONGOC_ERROR_STREAM:
	case MONGOC_ERROR_WRITE_CONCERN:
		return NW_STORE_UNAVAILABLE;
	case MONGOC_ERROR_BSON:
	case MONGOC_ERROR_NAMESPACE:
	case MONGOC_ERROR_MATCHER:
		return NW_STORE_INVALID;
	case MONGOC_ERROR_COMMAND:
		return error->code == MONGOC_ERROR_COMMAND_INVALID_ARG ? NW_STORE_INVALID : NW_STORE_FAILED;
	case MONGOC_ERROR_SERVER:
		return is_duplicate(error->code) ? NW_STORE_DUPLICATE : status_of_code(error->code);
	default:
		return NW_STORE_FAILED;
	}
}

bool nw_mongo_is_unclear(const bson_error_t *error)
{
	return error->domain == MONGOC_ERROR_STREAM ||
	       (error->domain == MONGOC_ERROR_SERVER && nw_mongo_status(error) == NW_STORE_UNAVAILABLE);
}

/* "... index: lastname_1 dup key: { lastname: "x" }", of servers that do not send a keyPattern. */
static void duplicate_by_message(struct nw_store_op *op, size_t at, const char *message)
{
	const char *key = strstr(message, "dup key: { ");
	const char *field = key == NULL ? NULL : key + strlen("dup key: { ");
	const char *end = field == NULL ? NULL : strstr(field, ": ");

	if (field == NULL || end == NULL || *field == ':') {
		nw_op_duplicate(op, at, NULL, 0);
		return;
	}
	if (*field == '"' && end - field > 2 && end[-1] == '"') {
		field++; /* a name with dots is quoted */
		end--;
	}
	nw_op_duplicate(op, at, field, (size_t)(end - field));
}

static void fail_duplicate(struct nw_store_op *op, size_t at, const bson_iter_t *entry, const char *message)
{
	bson_iter_t iter, pattern;

	if (entry != NULL && bson_iter_recurse(entry, &iter) && bson_iter_find(&iter, "keyPattern") &&
	    BSON_ITER_HOLDS_DOCUMENT(&iter) && bson_iter_recurse(&iter, &pattern) && bson_iter_next(&pattern)) {
		const char *field = bson_iter_key(&pattern);

		nw_op_duplicate(op, at, field, strlen(field));
		return;
	}
	duplicate_by_message(op, at, message);
}

void nw_mongo_fail_entry(struct nw_store_op *op, size_t at, const bson_iter_t *entry)
{
	bson_error_t error = {.domain = MONGOC_ERROR_SERVER};
	const char *message = "";
	bson_iter_t iter;

	if (bson_iter_recurse(entry, &iter) && bson_iter_find(&iter, "code")) {
		error.code = (uint32_t)bson_iter_as_int64(&iter);
	}
	if (bson_iter_recurse(entry, &iter) && bson_iter_find(&iter, "errmsg") && BSON_ITER_HOLDS_UTF8(&iter)) {
		message = bson_iter_utf8(&iter, NULL);
	}
	if (is_duplicate(error.code)) {
		fail_duplicate(op, at, entry, message);
		return;
	}
	nw_op_fail(op, nw_mongo_status(&error), "%s: %.400s (mongodb %u)", op->collection, message, error.code);
	op->failed_at = at;
}

void nw_mongo_fail_write(struct nw_store_op *op, size_t at, const bson_t *reply)
{
	bson_iter_t iter, entry;

	if (bson_iter_init_find(&iter, reply, "writeErrors") && BSON_ITER_HOLDS_ARRAY(&iter) &&
	    bson_iter_recurse(&iter, &entry) && bson_iter_next(&entry)) {
		nw_mongo_fail_entry(op, at, &entry);
		return;
	}
	if (nw_mongo_status(&op->error) == NW_STORE_DUPLICATE) {
		bson_error_t error = op->error;

		fail_duplicate(op, at, NULL, error.message);
		return;
	}
	nw_op_fail_as(op, nw_mongo_status(&op->error), &op->error);
	op->failed_at = at;
}
