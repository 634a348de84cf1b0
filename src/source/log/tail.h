#ifndef MQ_SOURCE_LOG_TAIL_H
#define MQ_SOURCE_LOG_TAIL_H

#include "config/config.h"
#include "source/log/command.h"
#include "source/log/store.h"

/*
 * tail: follows one `logs:` entry. Its own thread reads (which may hang); whoever holds the lock of
 * the cluster's logs may feed it what was read, and look.
 */
enum { TAIL_LINE_MAX = 4096, TAIL_CHUNK = 65536 };

struct tail {
	const struct log_conf *conf;
	/* of the reading thread */
	int fd;
	uint64_t dev, ino;
	int64_t at; /* offset in the file */
	struct log_command command;
	int64_t retry_at, backoff, started; /* boot ns */
	int64_t heard;			    /* boot ns of the last byte */
	char why[300];			    /* "" while it is being read */
	bool begun;			    /* something was opened since this was last fed */
	bool from_middle; /* what comes first is the rest of a line that was begun before */
	int64_t written;  /* wall ns: the file's mtime when it was opened */
	bool caught_up;	  /* what was there at the start has been read */
	/* each line that comes while it is followed goes here too; NULL: nowhere */
	void (*each)(void *arg, const char *line, size_t len);
	void *each_arg;
	/* under the lock */
	struct log_store store;
	char line[TAIL_LINE_MAX];
	size_t len;
	bool fed;	 /* it could be read at least once */
	bool skipping;	 /* to the end of a line that is too long or was cut */
	int64_t since;	 /* wall ns from which on nothing was missed; 0: from the beginning */
	int64_t newest;	 /* wall ns of the newest dated line */
	int64_t stopped; /* after a restart: lines up to this time are known already */
	int64_t zone;	 /* ns that the broker's clock face is ahead of UTC */
};

void tail_init(struct tail *t, const struct log_conf *conf, size_t most);
void tail_close(struct tail *t); /* its thread, at the end: the file, the command */
void tail_release(struct tail *t);

/* Its thread, no lock: opens and reads what there is. Returns the bytes; 0: nothing now. */
size_t tail_read(struct tail *t, char *buf, size_t size, int64_t boot);
/* Under the lock, whenever something was read or `begun`. */
void tail_feed(struct tail *t, const char *buf, size_t n, int64_t wall);

#endif
