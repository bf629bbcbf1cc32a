/** As many workers as are wanted, of the generation that serves. */
#ifndef NW_MASTER_SCALE_H
#define NW_MASTER_SCALE_H

#include "master/master.h"

/**
 * Follow TTIN, TTOU and WINCH; fork what is missing; let go what is too much, workers of older generations, and those
 * that are to be replaced, one by one as new ones are READY to take their place.
 */
void nw_scale_step(struct nw_master *master);

/**
 * May one more worker be forked now? Not while a rolling reload has as many as it may have: others begin when the next
 * old one is gone.
 */
bool nw_scale_has_room(const struct nw_master *master);

/** After WINCH: as many workers as configured again. Otherwise nothing. */
void nw_scale_restore(struct nw_master *master);

#endif
