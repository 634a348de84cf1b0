#ifndef MQ_BASE_DATADIR_H
#define MQ_BASE_DATADIR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where the files lie that the program reads but nobody edits while it runs:
 * data/ of the sources, $(pkgdatadir)/data once installed. In this order:
 * $MQDUTY_DATA_DIR, beside the program and above it (a build tree in the sources or
 * beside them), relative to it (a tree moved after it was installed), the configured
 * place. Any thread.
 */

/* The path of data/NAME ("manual/en", "selection/matrix.yaml") in the first of these places that has it; false: none
 * has, and out is the configured place, for the sentence. */
bool datadir_find(const char *name, char *out, size_t size);

#endif
