#include "base/text.h"

#include <string.h>

struct range {
	uint32_t first, last;
};

/* Combining marks and other code points without a cell of their own. */
static const struct range zero_width[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x06d6, 0x06dc}, {0x06df, 0x06e4}, {0x0900, 0x0902}, {0x093c, 0x093c}, {0x0941, 0x0948},
    {0x094d, 0x094d}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},
    {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x20d0, 0x20f0},
    {0x302a, 0x302d}, {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
    {0xe0000, 0xe0fff},
};

/* East Asian Wide and Fullwidth, and emoji that terminals draw in two cells. */
static const struct range two_cells[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26a1, 0x26a1},
    {0x2705, 0x2705},   {0x274c, 0x274c},   {0x2753, 0x2755},   {0x2795, 0x2797},
    {0x2e80, 0x303e},   {0x3041, 0x33ff},   {0x3400, 0x4dbf},   {0x4e00, 0x9fff},
    {0xa000, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f004, 0x1f004},
    {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a}, {0x1f200, 0x1f64f},
    {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd},
};

/* Shown as '?': they move the cursor, turn the text round, or show nothing. */
static const struct range harmful[] = {
    {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},     {0x061c, 0x061c}, {0x115f, 0x1160},
    {0x180b, 0x180f}, {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},
    {0xd800, 0xdfff}, {0xe000, 0xf8ff}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0},
    {0xfff0, 0xffff}, {0xe0000, 0x10ffff},
};

static bool in_ranges(const struct range *r, size_t n, uint32_t cp)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (cp < r[mid].first)
			hi = mid;
		else if (cp > r[mid].last)
			lo = mid + 1;
		else
			return true;
	}
	return false;
}

#define IN(table, cp) in_ranges(table, sizeof(table) / sizeof((table)[0]), cp)

size_t text_decode(const char *s, size_t len, uint32_t *cp)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)s;
	size_t n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	uint32_t v;

	*cp = 0xfffd;
	if (!n || n > len)
		return 1;
	v = n == 1 ? p[0] : p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		v = v << 6 | (p[i] & 0x3f);
	}
	if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 1;
	*cp = v;
	return n;
}

size_t text_encode(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

int text_cp_width(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	if (IN(zero_width, cp))
		return 0;
	return IN(two_cells, cp) ? 2 : 1;
}

size_t text_width(const char *s)
{
	size_t len = strlen(s), cells = 0;

	for (size_t i = 0; i < len;) {
		uint32_t cp;

		i += text_decode(s + i, len - i, &cp);
		cells += (size_t)text_cp_width(cp);
	}
	return cells;
}

size_t text_cut(const char *s, size_t cells)
{
	size_t len = strlen(s), used = 0, i = 0;

	while (i < len) {
		uint32_t cp;
		size_t n = text_decode(s + i, len - i, &cp);
		size_t w = (size_t)text_cp_width(cp);

		if (used + w > cells)
			break;
		used += w;
		i += n;
	}
	return i;
}

/* Chinese has no blanks: a line may end at any of its characters, but not before a comma or after a bracket. */
static bool may_part(uint32_t before, uint32_t after)
{
	static const uint32_t closing[] = {
	    0xff0c, 0x3002, 0xff1a, 0xff1b, 0x3001, 0xff09, 0xff1f, 0xff01, 0x201d};

	for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++)
		if (after == closing[i])
			return false;
	return before != 0xff08 && before != 0x201c && before != ' ' &&
	       (text_cp_width(before) == 2 || text_cp_width(after) == 2);
}

size_t text_break(const char *s, size_t fits)
{
	size_t len = strlen(s), best = 0;
	uint32_t before = 0, cp;

	if (fits >= len)
		return len;
	for (size_t i = 0; i <= fits; before = cp) {
		size_t n = text_decode(s + i, len - i, &cp);

		if (i && (cp == ' ' || may_part(before, cp)))
			best = i;
		i += n;
	}
	return best;
}

char *text_sanitise(char *out, size_t size, const char *s, size_t max)
{
	size_t len = strnlen(s, max), at = 0;

	if (!size)
		return out;
	for (size_t i = 0; i < len;) {
		uint32_t cp;
		char enc[4];
		size_t n;

		i += text_decode(s + i, len - i, &cp);
		n = text_encode(IN(harmful, cp) ? '?' : cp, enc);
		if (at + n >= size)
			break;
		memcpy(out + at, enc, n);
		at += n;
	}
	out[at] = '\0';
	return out;
}

bool text_is_clean(const char *s)
{
	size_t len = strlen(s);

	for (size_t i = 0; i < len;) {
		uint32_t cp;

		i += text_decode(s + i, len - i, &cp);
		if (IN(harmful, cp))
			return false;
	}
	return len > 0;
}

int text_shell_quote(char *out, size_t size, const char *s)
{
	static const char bare[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/@%+,-";
	size_t at = strnlen(out, size);

	if (!text_is_clean(s))
		return -1;
	if (s[0] != '-' && s[strspn(s, bare)] == '\0') {
		if (at + strlen(s) >= size)
			return -1;
		memcpy(out + at, s, strlen(s) + 1);
		return 0;
	}
	if (at + 1 >= size)
		return -1;
	out[at++] = '\'';
	for (; *s; s++) {
		const char *piece = *s == '\'' ? "'\\''" : NULL;
		size_t n = piece ? 4 : 1;

		if (at + n + 2 > size)
			return -1;
		memcpy(out + at, piece ? piece : s, n);
		at += n;
	}
	if (at + 2 > size)
		return -1;
	out[at++] = '\'';
	out[at] = '\0';
	return 0;
}

bool text_glob(const char *pattern, const char *name)
{
	const char *star = NULL, *mark = NULL;

	while (*name) {
		if (*pattern == '*') {
			star = pattern++;
			mark = name;
		} else if (*pattern == '?' || *pattern == *name) {
			pattern++;
			name++;
		} else if (star) {
			pattern = star + 1;
			name = ++mark;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

unsigned text_distance(const char *a, const char *b)
{
	enum { LONGEST = 64 };
	unsigned row[LONGEST + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > LONGEST || lb > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= lb; j++)
		row[j] = (unsigned)j;
	for (size_t i = 1; i <= la; i++) {
		unsigned diagonal = row[0];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= lb; j++) {
			unsigned change = diagonal + (a[i - 1] != b[j - 1]);
			unsigned drop = row[j] + 1, add = row[j - 1] + 1;

			diagonal = row[j];
			row[j] = change < drop ? change : drop;
			if (add < row[j])
				row[j] = add;
		}
	}
	return row[lb];
}
