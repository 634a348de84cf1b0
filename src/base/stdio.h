#ifndef MQ_BASE_STDIO_H
#define MQ_BASE_STDIO_H

#include "base/err.h"

/*
 * The three descriptors that a program is started with. Called from main(), before any
 * thread.
 */

enum { FILES_LEAST = 64 };

/*
 * Fills those of the three that the caller closed with ones that fail: else the next file or
 * socket would get such a number, and what is printed would be written into a database or to
 * a broker. Fails where fewer than FILES_LEAST files may be open.
 */
int stdio_prepare(struct err *err);

/* Whoever sees standard output fail notes errno: the stream itself only remembers that it failed. */
void stdio_lost(int why);

/*
 * Flushes standard output. -1 when it did not take all that was written, ever; the sentence
 * is empty where nobody is left to read it (`| head`) and once it has been given.
 */
int stdio_flush(struct err *err);

#endif
