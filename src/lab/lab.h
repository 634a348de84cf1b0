#ifndef MQ_LAB_LAB_H
#define MQ_LAB_LAB_H

#include "base/err.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A lab lives in one folder: its state, its processes' records, their
 * configuration, data and logs. Whoever removes the folder with `down` removes all.
 */
/* LAB_NATS_FILE_MB: what JetStream may keep on disk at a node; small, so that a fault can fill it. */
enum { LAB_NODES = 3, LAB_ID = 17, LAB_PATH = PATH_MAX, LAB_NATS_FILE_MB = 128 };

enum kafka_kind { KAFKA_AUTO, KAFKA_REAL, KAFKA_SIM };

struct lab {
	char dir[LAB_PATH];
	char id[LAB_ID];
	int lock_fd;

	bool kafka, nats, mqtt; /* which families run */
	bool traffic;
	bool tls; /* brokers have a TLS listener each, too, and mqduty is to use it */
	enum kafka_kind kafka_kind; /* never KAFKA_AUTO once it is up */
	char kafka_version[32];
	char kafka_libs[LAB_PATH];
	char kafka_note[256]; /* why it is simulated */
	char nats_server[LAB_PATH], mosquitto[LAB_PATH];
	char secret[LAB_ID]; /* password of the NATS users */

	int kafka_port[LAB_NODES], kafka_ctl[LAB_NODES];
	int nats_port[LAB_NODES], nats_http[LAB_NODES], nats_route[LAB_NODES];
	int mqtt_port;
	int kafka_tls[LAB_NODES], mqtt_tls; /* with tls */
};

/* state.c. All return 0, or -1 with a sentence in err. */
int lab_dir_default(char *out, size_t size, struct err *err);
int lab_dir_set(struct lab *lab, const char *dir, struct err *err);
int lab_create(struct lab *lab, struct err *err); /* makes and locks the folder */
int lab_load(
    struct lab *lab, struct err *err); /* reads the state; refuses what is no lab of ours */
int lab_save(const struct lab *lab, struct err *err);
int lab_lock(struct lab *lab, struct err *err);
void lab_unlock(struct lab *lab);
bool lab_exists(const struct lab *lab);
bool lab_is(const char *dir, const char *id); /* is the lab with this id still in dir? */
void lab_remove(struct lab *lab);	      /* the folder and all in it */

/* Writes D/name; the text is formatted. */
int lab_write(const struct lab *lab, int mode, struct err *err, const char *name, const char *text);
int lab_mkdir(const struct lab *lab, struct err *err, const char *name);

/* D/format... into out (of LAB_PATH bytes); returns out. */
char *lab_path(const struct lab *lab, char *out, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int read_small(const char *path, char *out, size_t size); /* bytes read or -1 */
void make_id(char out[LAB_ID]);

/* up.c, down.c, status.c, run.c: the commands. Exit codes. */
struct options;
int cmd_up(struct lab *lab, const struct options *o);
int cmd_down(struct lab *lab, const struct options *o);
int cmd_status(struct lab *lab, const struct options *o);
int cmd_run(struct lab *lab, const struct options *o);
int cmd_env(struct lab *lab, const struct options *o);
int cmd_traffic(struct lab *lab, const struct options *o);
int cmd_fault(struct lab *lab, const struct options *o);
int cmd_heal(struct lab *lab, const struct options *o);
int cmd_worker(struct lab *lab, const struct options *o);
int cmd_sim_kafka(struct lab *lab, const struct options *o);
int cmd_tell(struct lab *lab, const struct options *o);

/* up.c, down.c without their output, for run */
int lab_up(struct lab *lab, const struct options *o, struct err *err);
int lab_down(struct lab *lab, struct err *err);
int traffic_start(struct lab *lab, struct err *err);
int traffic_stop(struct lab *lab, struct err *err);

/* config.c: the mqduty config of this lab, D/mqduty.yaml */
int lab_write_config(const struct lab *lab, struct err *err);

/* Sleeps; returns early on a signal. */
void sleep_ms(int ms);
/* A signal asked this command to end. */
bool interrupted(void);
void interrupts_catch(void);

#endif
