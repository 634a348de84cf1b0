#include "ui/key.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

static const struct {
	int key;
	const char *text;
} named[] = {
    {K_TAB, "Tab"},
    {K_ENTER, "Enter"},
    {K_ESC, "Esc"},
    {K_SPACE, "Space"},
    {K_UP, "Up"},
    {K_DOWN, "Down"},
    {K_LEFT, "Left"},
    {K_RIGHT, "Right"},
    {K_HOME, "Home"},
    {K_END, "End"},
    {K_PAGE_UP, "PgUp"},
    {K_PAGE_DOWN, "PgDn"},
    {K_BACKTAB, "S-Tab"},
    {K_BACKSPACE, "Backspace"},
    {K_DELETE, "Del"},
    {K_F1, "F1"},
    {K_F2, "F2"},
    {K_MOUSE_PRESS, "click"},
    {K_WHEEL_UP, "wheel up"},
    {K_WHEEL_DOWN, "wheel down"},
};

char *key_text(int key, char *out, size_t size)
{
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (named[i].key == key) {
			snprintf(out, size, "%s", named[i].text);
			return out;
		}
	}
	if (key > 0 && key < 27) {
		snprintf(out, size, "Ctrl-%c", 'A' + key - 1);
	} else {
		char utf8[5] = "";

		if (key > 0 && key < K_SPECIAL)
			utf8[text_encode((uint32_t)key, utf8)] = '\0';
		snprintf(out, size, "%s", utf8);
	}
	return out;
}
