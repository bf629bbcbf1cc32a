/**
 * A file of a multipart/form-data body (RFC 7578): an <input type="file">, or curl -F 'name=@file'. Lives as long as
 * its request. The data is not copied: of a large upload it is a mapping of the file that the body was received into.
 */
#ifndef NARWHAL_UPLOAD_H
#define NARWHAL_UPLOAD_H

#include <stddef.h>

#include <narwhal/abi.h>

struct nw_request;

struct nw_upload {
	const char *name; /* of the form's field */
	const char
		*filename; /* at the client; what lies before a last '/' or '\' is cut off; "" when no file was chosen,
			      and for "." and "..". No control byte is in it, but it may be hidden, or there already */
	const char *type;  /* lower case, without parameters, as the client says; "": it says none */
	const void *data;
	size_t len;
};

/** The first file of that name; NULL: there is none. Reads the form: see nw_request_read_form(). */
NW_API const struct nw_upload *nw_request_file(struct nw_request *req, const char *name);
/** File @index in order of the body; NULL past the last. */
NW_API const struct nw_upload *nw_request_file_at(struct nw_request *req, size_t index);

enum nw_upload_flags {
	NW_UPLOAD_REPLACE = 1, /* a file that is there is replaced, in one step; without it that is -EEXIST */
};

/**
 * Write the data to @path: a file that is there whole and on disk, mode 0644 less the umask, or not there at all (a
 * process that is killed meanwhile may leave a hidden `.upload-*` beside it). A symbolic link at @path is a file that
 * is there; it is replaced, never followed. 0 or a negative errno. Blocks: on handler threads only.
 */
NW_API int nw_upload_save_sync(const struct nw_upload *upload, const char *path, unsigned flags);

#endif
