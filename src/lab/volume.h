#ifndef MQ_LAB_VOLUME_H
#define MQ_LAB_VOLUME_H

#include "lab/lab.h"

/* A small volume over a broker's data folder, so that one can be filled without harm to anybody. Needs the right to
 * mount. Which folder goes by the worker that fills it: mosquitto's, which goes on and saves what it keeps in memory to
 * whatever is there, or that of Kafka broker 3, which is started on it and copies its data anew. */
int volume_begin(const struct lab *lab, const char *worker, struct err *err);
int volume_end(const struct lab *lab, const char *worker, struct err *err);

void volume_unmount_all(const struct lab *lab); /* harmless where none is mounted */

#endif
