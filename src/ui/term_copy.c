#include "ui/term.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

/* What most terminals take; longer ones are dropped without a word, so we refuse. */
enum { MOST_ENCODED = 74994 };

static int add_base64(struct buf *out, const unsigned char *p, size_t len)
{
	static const char digit[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < len; i += 3) {
		size_t n = len - i < 3 ? len - i : 3;
		unsigned v = (unsigned)p[i] << 16 | (n > 1 ? (unsigned)p[i + 1] << 8 : 0) |
			     (n > 2 ? p[i + 2] : 0);
		char four[4] = {digit[v >> 18], digit[v >> 12 & 63],
		    n > 1 ? digit[v >> 6 & 63] : '=', n > 2 ? digit[v & 63] : '='};

		if (buf_add(out, four, sizeof(four)))
			return -1;
	}
	return 0;
}

int term_copy_bytes(const char *text, bool tmux, struct buf *out, struct err *err)
{
	size_t len = strlen(text);

	if (!text_is_clean(text))
		return err_set(
		    err, _("Not copied: the name holds characters that are not safe to paste."));
	if ((len + 2) / 3 * 4 > MOST_ENCODED)
		return err_set(err, _("Not copied: %zu bytes are more than terminals take."), len);
	/* Inside tmux's wrapping every escape is doubled; BEL ends the inner sequence. */
	if (buf_adds(out, tmux ? "\033Ptmux;\033\033]52;c;" : "\033]52;c;") ||
	    add_base64(out, (const unsigned char *)text, len) ||
	    buf_adds(out, tmux ? "\a\033\\" : "\a"))
		return err_set(err, _("Not copied: too long."));
	return 0;
}
