#include "worker/http/chars.h"

enum {
	F = NW_CHAR_FIELD,
	HF = NW_CHAR_HOST | F,
	TF = NW_CHAR_TOKEN | NW_CHAR_NAME | F,
	TMF = NW_CHAR_METHOD | TF,
	THF = NW_CHAR_TOKEN | NW_CHAR_NAME | HF,
	ALL = NW_CHAR_METHOD | THF,
};

/* clang-format off */
const uint8_t nw_chars[256] = {
	['\t'] = F, [' '] = F, ['!'] = ALL, ['"'] = F, ['#'] = TF,
	['$'] = ALL, ['%'] = ALL, ['&'] = ALL, ['\''] = ALL, ['('] = HF, [')'] = HF,
	['*'] = ALL, ['+'] = ALL, [','] = HF, ['-'] = ALL, ['.'] = ALL, ['/'] = F,
	['0' ... '9'] = ALL,
	[':'] = F, [';'] = HF, ['<'] = F, ['='] = HF, ['>'] = F, ['?'] = F, ['@'] = F,
	['A' ... 'Z'] = ALL,
	['['] = F, ['\\'] = F, [']'] = F, ['^'] = TMF, ['_'] = ALL & ~NW_CHAR_NAME, ['`'] = TMF,
	['a' ... 'z'] = THF,
	['{'] = F, ['|'] = TMF, ['}'] = F, ['~'] = ALL,
	[0x80 ... 0xff] = F,
};
/* clang-format on */
