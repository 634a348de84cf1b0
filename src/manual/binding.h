#ifndef MQ_MANUAL_BINDING_H
#define MQ_MANUAL_BINDING_H

#include "base/alloc.h"
#include "base/buf.h"
#include "base/err.h"
#include "config/config.h"
#include "rules/query.h"

/*
 * binding: what a row or an alert is about, by name: what queries look for and what commands carry.
 * Names are foreign bytes, NULL where not known; they live in the binding's arena or are static, so
 * that a binding outlives the snapshot it was made from. One thread.
 */
struct binding {
	const char *cluster, *broker, *host, *port, *group, *topic, *partition, *server, *client, *path,
	    *monitor, *url, *bootstrap;
	const char *alert; /* the name of the alert that it was made from */
	/* From binding_reach(): NULL and false before. */
	const char *dial_host, *dial_port; /* where the broker is dialled, if not at host and port */
	const char *command_config;	   /* a file for Kafka's tools */
	const char **via;		   /* the configuration's */
	bool mapped, secured;
	enum broker_kind kind;
	enum section_kind section; /* the row's; SECTION_KINDS: none */
	size_t cluster_index, row; /* in the snapshot it was made from; SIZE_MAX: none */
	struct arena arena;
};

void binding_init(struct binding *b);
void binding_release(struct binding *b);

/* Row i of a section of that cluster; SECTION_KINDS or SIZE_MAX: only the cluster. */
void binding_row(struct binding *b, const struct snapshot *snap, size_t cluster, enum section_kind section, size_t i);

/* What the alert is about. */
void binding_alert(struct binding *b, const struct snapshot *snap, const struct alert *a);

/* Names that are not known yet, from the row that decided a question. */
void binding_evidence(struct binding *b, const struct snapshot *snap, const struct query_result *r);

/* Sets one by its name in commands ("client"); false: there is no such name. */
bool binding_set(struct binding *b, const char *name, const char *value);
const char *binding_get(const struct binding *b, const char *name); /* NULL: not known, or no such name */

/* How the cluster is reached from here, by its configuration: called last, right before binding_command(). c may be NULL
 * (a recording) and outlives the binding's use. */
void binding_reach(struct binding *b, const struct config *c);
/* What has to be known before the command is run from here, a sentence; "". Returns out. */
char *binding_hint(const struct binding *b, const char *command, char *out, size_t size);

/* Which rows of the snapshot it was made from a question is about; points into the binding. */
struct query_scope binding_scope(const struct binding *b, const struct snapshot *snap, const struct judgement *j);

/* As one line that names the thing, whatever happens to its row, and back again on another snapshot (the row is looked
 * for by its names). The caller frees it. */
char *binding_pack(const struct binding *b);
void binding_unpack(struct binding *b, const char *packed, const struct snapshot *snap);

/* "orders audit > events", sanitised. Returns out. */
char *binding_title(const struct binding *b, char *out, size_t size);

/*
 * A step's command with the names put in, each quoted for a POSIX shell (twice where a second shell
 * at the other end of ssh reads it again): one line, no newline at its end. 0; 1: a name is not
 * known, *missing says which (static); -1: refused with a sentence: a name that holds control,
 * direction or newline characters, or begins with a dash where a command would take it for an option. Kafka's tools
 * get the file of command_config as well.
 */
int binding_command(const struct binding *b, const char *command, struct buf *out, const char **missing, struct err *err);

/* For lint: are all {names} known ones, outside of quotes? */
int binding_check_command(const char *command, struct err *err);

#endif
