#ifndef MQ_LAB_VOLUME_H
#define MQ_LAB_VOLUME_H

#include "lab/lab.h"

/* A small volume over mosquitto's data folder, so that one can be filled without harm to anybody. Needs the right to
 * mount. The broker goes on: what it keeps in memory it saves to whatever is there. */
enum { VOLUME_MB = 16 };

int volume_mount(const struct lab *lab, struct err *err);
void volume_unmount(const struct lab *lab); /* harmless where none is mounted */

#endif
