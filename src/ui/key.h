#ifndef MQ_UI_KEY_H
#define MQ_UI_KEY_H

#include <stddef.h>

/*
 * Keys as the UI knows them: a character is its code point, a control key its
 * control code, everything else one of these. 0: no key.
 */
enum key {
	K_NONE = 0,
	K_CTRL_D = 4,
	K_TAB = 9,
	K_ENTER = 13,
	K_CTRL_L = 12,
	K_CTRL_U = 21,
	K_ESC = 27,
	K_SPACE = 32,
	K_SPECIAL = 0x110000, /* beyond Unicode */
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_BACKTAB,
	K_BACKSPACE,
	K_DELETE,
	K_F1,
	K_F2,
	K_MOUSE_PRESS, /* term_mouse_at() says where */
	K_WHEEL_UP,
	K_WHEEL_DOWN,
};

/* As it is written on the keyboard: "Enter", "Ctrl-D", "j". Returns out. */
char *key_text(int key, char *out, size_t size);

#endif
