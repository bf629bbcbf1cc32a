#include "common/settings_choice.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static struct nw_span find_word(const struct nw_setting *setting, struct nw_span text)
{
	for (const char *const *choice = setting->choices; *choice != NULL; choice++) {
		const char *equals = strchr(*choice, '=');
		struct nw_span word = nw_span_of(*choice);

		if (equals != NULL) {
			word.len = (size_t)(equals - word.p);
		}
		if (text.len == word.len && strncasecmp(text.p, word.p, word.len) == 0) {
			return nw_span_of(equals != NULL ? equals + 1 : *choice);
		}
	}
	return (struct nw_span){NULL, 0};
}

struct nw_span nw_settings_choice_find(const struct nw_setting *setting, const struct nw_literal *value)
{
	char digits[24];

	switch (value->kind) {
	case NW_LITERAL_STR:
		return find_word(setting, nw_literal_strip(value->text));
	case NW_LITERAL_BOOL:
		return find_word(setting, nw_span_of(value->truth ? "true" : "false"));
	case NW_LITERAL_NONE:
		return find_word(setting, nw_span_of("none"));
	case NW_LITERAL_INT:
		snprintf(digits, sizeof(digits), "%" PRId64, value->integer);
		return find_word(setting, nw_span_of(digits));
	case NW_LITERAL_FLOAT:
	case NW_LITERAL_LIST:
	case NW_LITERAL_TUPLE:
	case NW_LITERAL_DICT:
		break;
	}
	return (struct nw_span){NULL, 0};
}

const char *nw_settings_choice_at(const struct nw_setting *setting, size_t i)
{
	for (const char *const *choice = setting->choices; *choice != NULL; choice++) {
		if (strchr(*choice, '=') == NULL && i-- == 0) {
			return *choice;
		}
	}
	return NULL;
}

const char *nw_settings_choice_text(const struct nw_setting *setting, char *buf, size_t size)
{
	const char *word, *next;
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; (word = nw_settings_choice_at(setting, i)) != NULL && len < size; i++) {
		next = nw_settings_choice_at(setting, i + 1);
		len += (size_t)snprintf(buf + len, size - len, "%s%s",
					i == 0         ? ""
					: next == NULL ? " or "
						       : ", ",
					word);
	}
	return buf;
}
