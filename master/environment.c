#include "master/environment.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct nw_environment {
	char **variables; /* NULL-ended; what they point to is ours, or the settings' */
};

static char **own; /* NULL: that is the one in force, and no other ever was */

static size_t count(char *const *variables)
{
	size_t n = 0;

	while (variables[n] != NULL) {
		n++;
	}
	return n;
}

/* In place of the one of the same name, or behind all. */
static void put(char **variables, char *variable)
{
	size_t len = strcspn(variable, "=") + 1;
	size_t i = 0;

	while (variables[i] != NULL && strncmp(variables[i], variable, len) != 0) {
		i++;
	}
	variables[i] = variable;
}

int nw_environment_new(const struct nw_strings *raw_env, struct nw_environment **out, struct nw_err *err)
{
	char **base = own != NULL ? own : environ;
	size_t n = count(base);

	if (raw_env->n == 0) {
		*out = NULL;
		return 0;
	}
	struct nw_environment *environment = malloc(sizeof(*environment));
	char **variables = calloc(n + raw_env->n + 1, sizeof(*variables));

	if (environment == NULL || variables == NULL) {
		free(environment);
		free(variables);
		return nw_err_set(err, -ENOMEM, "raw_env: out of memory");
	}
	memcpy(variables, base, n * sizeof(*variables));
	for (size_t i = 0; i < raw_env->n; i++) {
		put(variables, raw_env->v[i]);
	}
	environment->variables = variables;
	*out = environment;
	return 0;
}

void nw_environment_enter(struct nw_environment *environment)
{
	if (own == NULL) {
		own = environ;
	}
	environ = environment != NULL ? environment->variables : own;
}

void nw_environment_free(struct nw_environment *environment)
{
	if (environment == NULL) {
		return;
	}
	if (environ == environment->variables) {
		environ = own;
	}
	free(environment->variables);
	free(environment);
}
