/** What a module is built against. */
#ifndef NARWHAL_ABI_H
#define NARWHAL_ABI_H

/** Goes up when a struct or a function of these headers changes its shape. A module built for another number is
 *  refused when it is loaded. */
#define NW_ABI 1u

/** On what the server offers to modules. */
#define NW_API __attribute__((visibility("default")))

#endif
