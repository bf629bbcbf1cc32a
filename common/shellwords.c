#include "common/shellwords.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct splitter {
	const char *p; /* next byte of the line */
	char *to;      /* where the next byte of the word goes */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int take_single(struct splitter *s, struct nw_err *err)
{
	const char *end = strchr(s->p, '\'');

	if (end == NULL) {
		return nw_err_set(err, -EINVAL, "a single quote (') is not closed");
	}
	memcpy(s->to, s->p, (size_t)(end - s->p));
	s->to += end - s->p;
	s->p = end + 1;
	return 0;
}

static int take_double(struct splitter *s, struct nw_err *err)
{
	while (*s->p != '"') {
		if (*s->p == '\0') {
			return nw_err_set(err, -EINVAL, "a double quote (\") is not closed");
		}
		if (*s->p == '\\' && s->p[1] != '\0' && strchr("$`\"\\", s->p[1]) != NULL) {
			s->p++;
		}
		*s->to++ = *s->p++;
	}
	s->p++;
	return 0;
}

static int take_word(struct splitter *s, struct nw_err *err)
{
	int rc = 0;

	while (rc == 0 && *s->p != '\0' && !is_blank(*s->p)) {
		char c = *s->p++;

		if (c == '\'') {
			rc = take_single(s, err);
		} else if (c == '"') {
			rc = take_double(s, err);
		} else if (c == '\\') {
			if (*s->p == '\0') {
				return nw_err_set(err, -EINVAL, "a backslash stands at the end");
			}
			*s->to++ = *s->p++;
		} else {
			*s->to++ = c;
		}
	}
	*s->to++ = '\0';
	return rc;
}

int nw_shellwords_split(const char *line, struct nw_arena *arena, char ***out_words, size_t *out_n, struct nw_err *err)
{
	/* A word and the blank behind it are never shorter than the word and its NUL. */
	size_t len = strlen(line);
	char *text = nw_arena_alloc(arena, len + 1);
	char **words = nw_arena_alloc(arena, (len / 2 + 2) * sizeof(*words));
	struct splitter s = {line, text};
	size_t n = 0;

	if (text == NULL || words == NULL) {
		return nw_err_set(err, -ENOMEM, "no memory for the words of a line");
	}
	for (;;) {
		while (is_blank(*s.p)) {
			s.p++;
		}
		if (*s.p == '\0') {
			break;
		}
		words[n++] = s.to;
		int rc = take_word(&s, err);

		if (rc != 0) {
			return rc;
		}
	}
	words[n] = NULL;
	*out_words = words;
	*out_n = n;
	return 0;
}
