#include <narwhal/mongo.h>

#include "worker/app/call.h"

struct _mongoc_client_t *nw_request_mongo(struct nw_request *req)
{
	if (req->mongo == NULL && req->on_thread && req->apps->store != NULL) {
		req->mongo = nw_store_mongo_pop(req->apps->store);
	}
	return req->mongo;
}

const char *nw_request_mongo_database(struct nw_request *req)
{
	return req->apps->store == NULL ? NULL : nw_store_mongo_database(req->apps->store);
}
