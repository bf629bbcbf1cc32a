#include "worker/http/chars.h"

enum {
	F = NW_CHAR_FIELD,
	HF = NW_CHAR_HOST | F,
	TF = NW_CHAR_TOKEN | F,
	TMF = NW_CHAR_METHOD | TF,
	ALL = NW_CHAR_HOST | TMF,
	NAME = NW_CHAR_NAME | ALL,
	LOWER = (NAME & ~NW_CHAR_METHOD) | NW_CHAR_LOWER,
};

/* clang-format off */
const uint8_t nw_chars[256] = {
	['\t'] = F, [' '] = F, ['!'] = ALL, ['"'] = F, ['#'] = TF,
	['$'] = ALL, ['%'] = TMF, ['&'] = ALL, ['\''] = ALL, ['('] = HF, [')'] = HF,
	['*'] = ALL, ['+'] = ALL, [','] = HF, ['-'] = NAME, ['.'] = ALL, ['/'] = F,
	['0' ... '9'] = ALL,
	[':'] = F, [';'] = HF, ['<'] = F, ['='] = HF, ['>'] = F, ['?'] = F, ['@'] = F,
	['A' ... 'Z'] = NAME,
	['['] = F, ['\\'] = F, [']'] = F, ['^'] = TMF, ['_'] = ALL, ['`'] = TMF,
	['a' ... 'z'] = LOWER,
	['{'] = F, ['|'] = TMF, ['}'] = F, ['~'] = ALL,
	[0x80 ... 0xff] = F,
};
/* clang-format on */
