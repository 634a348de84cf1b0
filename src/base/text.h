#ifndef MQ_BASE_TEXT_H
#define MQ_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Text from brokers is foreign bytes. Everything that reaches a screen, a log,
 * a report or a copied command passes through here first. Pure; any thread.
 * Widths are counted in terminal cells by a table of our own, because
 * wcwidth() knows nothing in the C locale.
 */

/* Decodes one code point of at most len bytes; returns the bytes used (at least
 * 1 where len > 0). Bytes that are not UTF-8 give U+FFFD and use one byte. */
size_t text_decode(const char *s, size_t len, uint32_t *cp);

/* Writes cp as UTF-8; returns the number of bytes (1 to 4). */
size_t text_encode(uint32_t cp, char out[4]);

int text_cp_width(uint32_t cp);                  /* 0, 1 or 2 cells */
size_t text_width(const char *s);                /* cells of a whole string */
size_t text_cut(const char *s, size_t cells);    /* bytes of the longest prefix that fits */
/* Where to end a line of which `fits` bytes have room: before a blank or between Chinese characters; 0: nowhere. */
size_t text_break(const char *s, size_t fits);

/* Makes foreign text fit to be shown: control characters, DEL, bidi controls,
 * zero-width and unassigned-looking code points and broken UTF-8 become '?';
 * at most max bytes of input are read. out is always terminated; returns out. */
char *text_sanitise(char *out, size_t size, const char *s, size_t max);

/* May this name stand in a copied command or be shown as it is? False for
 * anything that text_sanitise would change and for an empty name. */
bool text_is_clean(const char *s);

/* Appends s to out quoted for a POSIX shell: bare where every byte is harmless,
 * otherwise in single quotes. Returns -1 for a name that is not clean or does
 * not fit: such a name is never put into a command. */
int text_shell_quote(char *out, size_t size, const char *s);

/* Does the name match the glob (only * and ?)? */
bool text_glob(const char *pattern, const char *name);

/* Edit distance, for "did you mean"; strings longer than 64 bytes count as far. */
unsigned text_distance(const char *a, const char *b);

#endif
