#ifndef MQ_LAB_PORTS_H
#define MQ_LAB_PORTS_H

#include "base/err.h"

/*
 * Free ports of 127.0.0.1, held until the brokers have them: a held socket is
 * bound, does not listen, and lets only those share it that ask for SO_REUSEADDR,
 * as servers do and as our own search does not.
 */
enum { PORTS_MAX = 32 };

struct ports {
	int fd[PORTS_MAX];
	int n;
};

void ports_init(struct ports *p);
int ports_take(struct ports *p, int *port, struct err *err);
void ports_release(struct ports *p);

#endif
