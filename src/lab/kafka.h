#ifndef MQ_LAB_KAFKA_H
#define MQ_LAB_KAFKA_H

#include "lab/lab.h"

struct options;

/* kafka_find.c: decides between real and simulated; fills kafka_kind, kafka_libs, kafka_version,
 * kafka_note. */
int kafka_find(struct lab *lab, const struct options *o, struct err *err);

/* kafka_tools.c: D/bin/kafka-topics.sh and its like, which run Apache's own tools. */
int kafka_write_tools(const struct lab *lab, struct err *err);

/* The Java of this machine, from kafka_find on. */
const char *kafka_java(void);

#endif
