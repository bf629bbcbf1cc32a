/** The built-in app: a domain file becomes REST resources, in Eve's wire format. */
#ifndef NW_DATA_DATA_H
#define NW_DATA_DATA_H

#include <narwhal/app.h>

extern const struct nw_module nw_data_module;

#endif
