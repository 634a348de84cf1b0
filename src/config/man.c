#include "config/man.h"

#include "base/text.h"

#include <string.h>

void man_text(struct buf *out, const char *s)
{
	bool line_start = !out->len || out->data[out->len - 1] == '\n';

	if (line_start && (*s == '.' || *s == '\''))
		buf_adds(out, "\\&");
	for (; *s; s++) {
		if (*s == '\\')
			buf_adds(out, "\\e");
		else if (*s == '-')
			buf_adds(out, "\\-");
		else if (*s == '"')
			buf_adds(out, "\\(dq");
		else if (*s == '\'')
			buf_adds(out, "\\(aq");
		else if (*s == '~')
			buf_adds(out, "\\(ti");
		else if (*s == '^')
			buf_adds(out, "\\(ha");
		else
			buf_addc(out, *s);
	}
}

void help_wrap(struct buf *out, const char *s, size_t column, size_t indent, size_t width)
{
	while (*s) {
		size_t fits = text_cut(s, width > column ? width - column : 1), cut = fits;

		if (s[fits]) {
			cut = text_break(s, fits);
			if (!cut) /* a word wider than the line */
				cut = fits ? fits : strlen(s);
		}
		buf_add(out, s, cut);
		buf_addc(out, '\n');
		s += cut;
		s += strspn(s, " ");
		column = indent;
		for (size_t i = 0; *s && i < indent; i++)
			buf_addc(out, ' ');
	}
}
