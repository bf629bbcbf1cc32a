#include "common/settings.h"

#include <string.h>

#include "common/settings_choice.h"
#include "common/settings_table.h"
#include "common/settings_value.h"

static const char begin[] = "# Completion of narwhal(1) for bash; made of the table of settings.\n"
			    "_narwhal() {\n"
			    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words=\n"
			    "\n"
			    "\t# --name=value is three words to bash.\n"
			    "\tif [[ $cur == = ]]; then\n"
			    "\t\tcur=\n"
			    "\telif [[ $prev == = ]]; then\n"
			    "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
			    "\tfi\n"
			    "\tcase $prev in\n";

static const char end[] = "\tif [[ -n $words ]]; then\n"
			  "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
			  "\telif [[ $cur == -* ]]; then\n"
			  "\t\tmapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$cur\")\n"
			  "\telse\n"
			  "\t\tcompopt -o filenames 2> /dev/null\n"
			  "\t\tmapfile -t COMPREPLY < <(compgen -W data -- \"$cur\"; compgen -f -- \"$cur\")\n"
			  "\tfi\n"
			  "}\n"
			  "complete -F _narwhal narwhal\n";

static void add_flags(struct nw_buf *out, const struct nw_setting *setting, const char *between)
{
	for (size_t i = 0; i < NW_SETTING_FLAGS && setting->flags[i] != NULL; i++) {
		nw_buf_addf(out, "%s%s", i == 0 ? "" : between, setting->flags[i]);
	}
}

/* The words that it takes; false: others than a list of words. */
static bool add_words(struct nw_buf *out, const struct nw_setting *setting)
{
	const char *word;

	if (setting->type == NW_SETTING_LEVEL) {
		for (int level = NW_LEVEL_DEBUG; level <= NW_LEVEL_CRITICAL; level++) {
			nw_buf_addf(out, "%s%s", level == NW_LEVEL_DEBUG ? "" : " ",
				    nw_settings_value_level((enum nw_log_level)level));
		}
		return true;
	}
	if (setting->type != NW_SETTING_CHOICE) {
		return false;
	}
	for (size_t i = 0; (word = nw_settings_choice_at(setting, i)) != NULL; i++) {
		nw_buf_addf(out, "%s%s", i == 0 ? "" : " ", word);
	}
	return true;
}

/* What comes behind an option that takes a value. */
static void add_case(struct nw_buf *out, const struct nw_setting *setting)
{
	struct nw_buf words = {0};

	if (setting->metavar == NULL || setting->flags[0] == NULL) {
		return;
	}
	nw_buf_addc(out, '\t');
	add_flags(out, setting, " | ");
	nw_buf_adds(out, ")\n\t\t");
	if (add_words(&words, setting)) {
		nw_buf_addf(out, "words='%s'\n\t\t;;\n", nw_buf_str(&words));
	} else if (strcmp(setting->metavar, "FILE") == 0 || strcmp(setting->metavar, "PATH") == 0) {
		nw_buf_adds(out, "compopt -o filenames 2> /dev/null\n"
				 "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n\t\treturn\n\t\t;;\n");
	} else if (strcmp(setting->metavar, "DIR") == 0) {
		nw_buf_adds(out, "compopt -o filenames 2> /dev/null\n"
				 "\t\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\")\n\t\treturn\n\t\t;;\n");
	} else {
		nw_buf_adds(out, "return\n\t\t;;\n"); /* nobody can know */
	}
	nw_buf_free(&words);
}

void nw_settings_completion(struct nw_buf *out)
{
	nw_buf_adds(out, begin);
	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		add_case(out, nw_settings_table_at(i));
	}
	nw_buf_adds(out, "\tesac\n\tlocal options='");
	for (size_t i = 0; i < nw_settings_table_len(); i++) {
		const struct nw_setting *setting = nw_settings_table_at(i);

		add_flags(out, setting, " ");
		nw_buf_adds(out, setting->flags[0] == NULL ? "" : " ");
		if (setting->off_flag != NULL) {
			nw_buf_addf(out, "%s ", setting->off_flag);
		}
	}
	nw_buf_adds(out, "'\n");
	nw_buf_adds(out, end);
}
