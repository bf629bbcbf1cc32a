/** What the compiler is asked to check and to clean up. */
#ifndef NW_COMMON_CC_H
#define NW_COMMON_CC_H

#include <stdlib.h>

#define NW_MUST_CHECK __attribute__((warn_unused_result))
/** For what is rare and needs much of the stack, so that its caller does without. */
#define NW_NOINLINE __attribute__((noinline))
#define NW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define NW_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

static inline void nw_auto_free(void *slot)
{
	free(*(void **)slot);
}

/** `NW_AUTO_FREE char *s = NULL;`: freed at the end of the scope. Always initialise. */
#define NW_AUTO_FREE __attribute__((cleanup(nw_auto_free)))

#endif
