#ifndef MQ_WIRE_WIRE_H
#define MQ_WIRE_WIRE_H

#include "base/buf.h"
#include "engine/engine.h"

#include <stdio.h>

/*
 * wire: frames as JSON lines, what `record` writes, `--replay` plays and the
 * socket carries. The first line is a header {"format":"mqduty-frames/1",...};
 * each further line is one frame: sections that changed since the line before
 * (by identity), the judgement, the time. Rows are written by the field tables
 * of the model.
 */
struct wire_writer;
struct wire_writer *wire_writer_new(void);
struct wire_writer *wire_writer_plain(void); /* one that writes no header */
void wire_writer_free(struct wire_writer *w);
/* Appends one line (and the header before the first); -1 when it does not fit into out. */
int wire_write(struct wire_writer *w, const struct frame *f, struct buf *out);

struct wire_reader;
enum { WIRE_LINE_MAX = 64 << 20 };
struct wire_reader *wire_reader_new(void);
void wire_reader_free(struct wire_reader *r);
/* One line without its newline. *out: a frame, or NULL for the header. Foreign
 * bytes: any mistake is an error sentence, never a crash. */
int wire_read(struct wire_reader *r, const char *line, size_t len, struct frame **out, struct err *err);

/*
 * The engine that runs for this configuration (`mqduty collect`, or that of another viewer), or one of our own where there
 * is none: it serves other viewers (ATTACH_OR_RUN) until there is `mqduty collect`. When the engine dies, the feed says so and goes on by itself. What was handed in and is not
 * kept yet is handed in again wherever it goes. config as engine_start() wants it.
 */
enum attach_how {
	ATTACH_OR_RUN,  /* for as long as the viewer lives */
	ATTACH_OR_LOOK, /* for a check: the engine of our own looks once; so it does beside one that has just begun to watch */
	ATTACH_ONLY,    /* NULL with an empty err where no engine runs */
};
struct feed *wire_attach(const struct config *config, enum attach_how how, struct err *err);

/* Writes every new frame of the feed to path until *stop or, with seconds > 0, that long. */
int wire_record(struct feed *feed, const char *path, double seconds, const volatile int *stop, struct err *err);

/* A feed that plays a recording; speed 1.0 is as it was recorded; 0 is at once: the
 * last frame. At the end it stands still and says so. */
struct feed *wire_replay(const char *path, double speed, struct err *err);

#endif
