#ifndef MQ_SOURCE_HOST_VOLUME_H
#define MQ_SOURCE_HOST_VOLUME_H

#include "model/series.h"

#include <stdbool.h>

/* volume: what is known of the file system under a path. */
struct volume {
	bool known;
	int64_t total, used;	     /* bytes */
	int64_t at;		     /* boot ns of the measurement */
	char trouble[160];	     /* why there is no newer one; "" while there is */
	struct series_view *percent; /* the caller's reference; NULL: none yet */
};

/* The newest measurement; one that is older than the period is made anew behind the
 * scenes. Any thread; waits 20 ms at most, and only for the first of a path. */
struct volume volume_look(const char *path, int64_t now, int64_t period);

#endif
