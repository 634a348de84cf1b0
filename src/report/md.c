#include "report/md.h"

#include "base/text.h"

#include <string.h>

enum { MD_MOST = 4096 };

/* Sanitised, with line breaks as blanks first, since the sanitiser would make '?' of them. */
static const char *clean(const char *s, char *in, char *out)
{
	size_t n = strnlen(s, MD_MOST - 1);

	for (size_t i = 0; i < n; i++)
		in[i] = s[i] == '\n' || s[i] == '\t' ? ' ' : s[i];
	in[n] = '\0';
	return text_sanitise(out, MD_MOST, in, MD_MOST);
}

int md_text(struct buf *out, const char *s)
{
	char in[MD_MOST], text[MD_MOST];

	if (!s)
		return buf_addc(out, '-');
	for (const char *p = clean(s, in, text); *p; p++) {
		if (strchr("\\`*_{}[]<>|#~!&", *p))
			buf_addc(out, '\\');
		buf_addc(out, *p);
	}
	return out->overflow ? -1 : 0;
}

int md_code(struct buf *out, const char *s)
{
	char in[MD_MOST], text[MD_MOST];

	if (!s)
		return buf_addc(out, '-');
	buf_addc(out, '`');
	/* Nothing can be escaped between back-ticks: a bar would end a cell, a back-tick the code. */
	for (const char *p = clean(s, in, text); *p; p++)
		buf_addc(out, *p == '`' ? '\'' : *p == '|' ? '/' : *p);
	return buf_addc(out, '`');
}
