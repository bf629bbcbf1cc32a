/** What answers the routes of a resource (their data is the struct nw_resource). One a file. */
#ifndef NW_DATA_HANDLERS_H
#define NW_DATA_HANDLERS_H

#include <narwhal/app.h>
#include <narwhal/request.h>
#include <narwhal/response.h>

int nw_home_get(struct nw_request *req, struct nw_response *res);      /* inline */
int nw_describe_get(struct nw_request *req, struct nw_response *res);  /* inline */
int nw_list_get(struct nw_request *req, struct nw_response *res);      /* thread */
int nw_item_get(struct nw_request *req, struct nw_response *res);      /* inline */
int nw_insert_post(struct nw_request *req, struct nw_response *res);   /* inline */
int nw_change_patch(struct nw_request *req, struct nw_response *res);  /* thread */
int nw_replace_put(struct nw_request *req, struct nw_response *res);   /* thread */
int nw_remove_delete(struct nw_request *req, struct nw_response *res); /* inline */
int nw_clear_delete(struct nw_request *req, struct nw_response *res);  /* thread */
int nw_error_answer(struct nw_request *req, struct nw_response *res);  /* of paths and methods that there are none of */

#endif
