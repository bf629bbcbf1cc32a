#include "master/ctl/completion.h"

#include <stdbool.h>
#include <string.h>

#include "common/control_verbs.h"
#include "master/ctl/options.h"

/* Each verb once. */
static void add_verbs(struct nw_buf *out)
{
	for (int i = 0; i < NW_VERBS; i++) {
		if (i == 0 || strcmp(nw_verbs[i].verb, nw_verbs[i - 1].verb) != 0) {
			nw_buf_addf(out, "%s ", nw_verbs[i].verb);
		}
	}
	nw_buf_adds(out, "top");
}

static void add_nouns(struct nw_buf *out)
{
	for (int i = 0; i < NW_VERBS; i++) {
		const struct nw_verb *verb = &nw_verbs[i];
		bool is_first = i == 0 || strcmp(verb->verb, nw_verbs[i - 1].verb) != 0;

		if (verb->noun == NULL) {
			continue;
		}
		if (is_first) {
			nw_buf_addf(out, "\t%s) words='", verb->verb);
		}
		nw_buf_addf(out, "%s%s", is_first ? "" : " ", verb->noun);
		if (i + 1 == NW_VERBS || strcmp(verb->verb, nw_verbs[i + 1].verb) != 0) {
			nw_buf_adds(out, "' ;;\n");
		}
	}
	nw_buf_adds(out, "\tshutdown) words='graceful quick' ;;\n");
}

static void add_options(struct nw_buf *out, bool has_value)
{
	for (int i = 0; i < nw_ctl_n_options; i++) {
		const struct nw_ctl_option *option = &nw_ctl_option_table[i];

		if (!has_value) {
			nw_buf_addf(out, "%s--%s", i == 0 ? "" : " ", option->name);
		} else if (option->metavar != NULL) {
			nw_buf_addf(out, "%s-%c|--%s", i == 0 ? "" : "|", option->letter, option->name);
		}
	}
}

void nw_ctl_completion(struct nw_buf *out)
{
	nw_buf_adds(out, "# bash completion for narwhalctl(1); made by narwhalctl --completion\n"
			 "_narwhalctl() {\n"
			 "\tlocal current=${COMP_WORDS[COMP_CWORD]} i verb='' words=''\n\n"
			 "\tcase ${COMP_WORDS[COMP_CWORD - 1]} in\n"
			 "\t-s|--socket) COMPREPLY=($(compgen -f -- \"$current\")) && return ;;\n\t");
	add_options(out, true);
	nw_buf_adds(out, ") return ;;\n\tesac\n"
			 "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
			 "\t\tcase ${COMP_WORDS[i]} in\n\t\t");
	add_options(out, true);
	nw_buf_adds(out, ") ((i++)) ;;\n"
			 "\t\t-*) ;;\n"
			 "\t\t*) [ -z \"$verb\" ] || return; verb=${COMP_WORDS[i]} ;;\n"
			 "\t\tesac\n"
			 "\tdone\n"
			 "\tcase $verb in\n"
			 "\t'') words='");
	add_verbs(out);
	nw_buf_adds(out, "' ;;\n");
	add_nouns(out);
	nw_buf_adds(out, "\tesac\n"
			 "\t[[ $current != -* ]] || words='");
	add_options(out, false);
	nw_buf_adds(out, "'\n"
			 "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
			 "}\n"
			 "complete -F _narwhalctl narwhalctl\n");
}
