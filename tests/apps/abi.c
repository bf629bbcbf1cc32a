/* A module that was built for the headers of another time. */
#include <narwhal/app.h>

NW_API extern const struct nw_module narwhal_module;
const struct nw_module narwhal_module = {.abi = NW_ABI + 1, .name = "abi"};
