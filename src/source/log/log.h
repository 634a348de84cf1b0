#ifndef MQ_SOURCE_LOG_LOG_H
#define MQ_SOURCE_LOG_LOG_H

#include "source/source.h"

/*
 * logs: the `logs:` entries of one cluster, a thread each. Publishes SECTION_LOGS: at once, when
 * something changes, and every 10 s. ctx outlives it.
 */
struct logs;

/* Sets ctx->logs_settled when all has been read once and ctx->settled; at once where there are no
 * entries (NULL is returned). */
struct logs *logs_start(struct source_ctx *ctx);

/* Tells the threads to end; never waits. */
void logs_stop(struct logs *l);

/* Frees what has ended; false: a read hangs, and all is left to it. */
bool logs_free(struct logs *l);

#endif
