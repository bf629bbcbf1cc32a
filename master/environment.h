/**
 * The environment of a generation: ours, with its raw_env. Where it is in force, getenv() finds that, as in the workers
 * that are forked meanwhile; where it is not, nothing of it is left.
 */
#ifndef NW_MASTER_ENVIRONMENT_H
#define NW_MASTER_ENVIRONMENT_H

#include "common/settings.h"

struct nw_environment;

/** @raw_env is borrowed. *out is NULL if there is nothing in it: ours as it is. */
int nw_environment_new(const struct nw_strings *raw_env, struct nw_environment **out, struct nw_err *err) NW_MUST_CHECK;

/** From now on it is in force, in place of the one that was. NULL: ours. */
void nw_environment_enter(struct nw_environment *environment);

/** If it is in force, ours follows it. Accepts NULL. */
void nw_environment_free(struct nw_environment *environment);

#endif
