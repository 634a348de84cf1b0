#ifndef MQ_LAB_WORKER_H
#define MQ_LAB_WORKER_H

#include "lab/lab.h"

/*
 * Workers: the processes that make the traffic. Each is mqduty-lab itself, started
 * as `mqduty-lab worker NAME`. They end on SIGTERM, and by themselves within two
 * seconds when the lab that they belong to is no more.
 */
enum worker_use {
	WORKER_SEED,	/* runs once in `up`, makes topics and streams, ends */
	WORKER_TRAFFIC, /* runs while traffic is on */
	WORKER_FAULT,	/* runs while a fault is in force */
	WORKER_KEEPER /* runs as long as the lab: ends the brokers if the folder goes without `down`
		       */
};

struct worker {
	const char *name;
	enum worker_use use;
	bool (*wanted)(const struct lab *lab);
	int (*run)(const struct lab *lab, const char *name); /* exit code */
};

extern const struct worker workers[];
extern const size_t n_workers;

const struct worker *worker_find(const char *name);
int worker_start(const struct lab *lab, const char *name, struct err *err);

/* Inside a worker: go on? Looks after the lab at most once a second. Any thread. */
bool worker_go(void);
void worker_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* An even rate: waits until the next event is due; after a stall it does not catch up. */
struct pace {
	int64_t next, step;
};

void pace_init(struct pace *p, double per_s);
void pace_wait(struct pace *p);

/* traffic_*.c */
bool lab_has_nats(const struct lab *lab);
bool lab_has_mqtt(const struct lab *lab);
bool lab_has_kafka(const struct lab *lab); /* a real one: the simulation moves by itself */
bool lab_any_kafka(const struct lab *lab);
bool lab_has_sim(const struct lab *lab);
bool lab_any(const struct lab *lab);
/* fault_kafka.c, fault_nats.c */
int kafka_fragile(const struct lab *lab, const char *name);
int kafka_behind(const struct lab *lab, const char *name);
int kafka_expiring(const struct lab *lab, const char *name);
int nats_backlog(const struct lab *lab, const char *name);
int volume_filling(const struct lab *lab, const char *name); /* volume.c */
int nats_filling(const struct lab *lab, const char *name);
/* traffic_fault.c, traffic_nats.c */
int mqtt_subscriptions(const struct lab *lab, const char *name);
int pulse(const struct lab *lab, const char *name);
int nats_memory(const struct lab *lab, const char *name);
int keeper(const struct lab *lab, const char *name);
int nats_seed(const struct lab *lab, const char *name);
int nats_traffic(const struct lab *lab, const char *name);
int nats_slow(const struct lab *lab, const char *name);
int mqtt_traffic(const struct lab *lab, const char *name);
int mqtt_crowd(const struct lab *lab, const char *name);
int mqtt_drops(const struct lab *lab, const char *name);
int mqtt_storm(const struct lab *lab, const char *name);
int mqtt_keepalive(const struct lab *lab, const char *name);
int kafka_seed(const struct lab *lab, const char *name);
int kafka_producer(const struct lab *lab, const char *name);
int kafka_flood(const struct lab *lab, const char *name);
int kafka_group(const struct lab *lab, const char *name);

#endif
