#ifndef MQ_CONFIG_OPTIONS_H
#define MQ_CONFIG_OPTIONS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/kinds.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where an option stands in the file. Each place is a mapping. */
enum option_place {
	AT_TOP,
	AT_DAY,
	AT_CLUSTER,
	AT_GROUPS,
	AT_SYSTEM,
	AT_TLS,
	AT_DISK,
	AT_LOG,
	AT_WAIVE,
	AT_MQTT_BROKER,
	AT_CANARY,
	AT_BACKUP,
	AT_PRICES,
	N_PLACES,
};

enum option_type {
	OPT_TEXT,
	OPT_INT,
	OPT_REAL, /* a number that is not negative */
	OPT_BOOL,
	OPT_DURATION,
	OPT_SIZE,
	OPT_WORD, /* one of choices, kept as text */
	OPT_ENUM, /* one of choices, kept as its number */
	OPT_DATE,
	OPT_TIME_OF_DAY,
	OPT_URL,
	OPT_HOST_PORT,
	OPT_PATH,	 /* of this host; a relative one counts from the config file's folder */
	OPT_ABS_PATH,	 /* of whatever host */
	OPT_LIST,	 /* of `item` */
	OPT_COMMAND,	 /* a program and its arguments */
	OPT_MAP,	 /* text: text */
	OPT_ADDRESS_MAP, /* host:port: host:port */
	OPT_OBJECT,	 /* one mapping of `object` */
	OPT_OBJECTS,	 /* a list of them */
	OPT_REFUSED,	 /* a key that people try; help says what to write in its place */
	N_OPTION_TYPES,
};

enum {
	ANY_KIND = 0,
	KAFKA_ONLY = 1 << KIND_KAFKA,
	NATS_ONLY = 1 << KIND_NATS,
	MQTT_ONLY = 1 << KIND_MQTT
};

struct option_choice {
	const char *word;
	int value;
};

/* One row is all there is to say about an option. */
struct option {
	enum option_place place;
	const char *name;
	enum option_type type;
	enum option_type item;	  /* OPT_LIST: of the elements */
	enum option_place object; /* OPT_OBJECT, OPT_OBJECTS */
	unsigned kinds;		  /* in a cluster: the kinds that know it; ANY_KIND */
	size_t offset;	  /* from the place's struct; an OPT_OBJECT is laid at this offset */
	size_t offset_n;  /* lists: of the count; OPT_OBJECT: of a bool `set`; 0: none */
	int64_t min, max; /* in ns, bytes or as it is; max 0: no range */
	int64_t scale;	  /* OPT_DURATION: nanoseconds in one stored unit */
	const struct option_choice *choices; /* ends with a NULL word */
	const char *schemes;		     /* OPT_URL */
	bool required;
	const char *def;      /* as it would be written; NULL: none */
	const char *def_help; /* a default that is computed, in words */
	const char *example;  /* a good value, as it would be written */
	const char *help;     /* N_(): a sentence */
};

extern const struct option options[];
extern const size_t n_options;

/* The row, or NULL. */
const struct option *option_find(enum option_place place, const char *name);

/* The nearest name of that place that could have been meant, or NULL. */
const char *option_guess(enum option_place place, unsigned kinds, const char *name);

size_t place_size(enum option_place place);	     /* bytes of its struct */
const char *place_title(enum option_place place);    /* N_(): "cluster", "system", ... */
const char *option_type_name(enum option_type type); /* N_(): "duration", ... */

/* "kafka", "nats or mqtt", ... into out; returns out. */
char *option_kinds(char *out, size_t size, unsigned kinds);

/* "500ms to 10m" into out; "" where any value will do. Returns out. */
char *option_range(const struct option *o, char *out, size_t size);

/* The help text of every option, for `mqduty config options`, and the same as
 * man(7) source for mqduty.yaml(5). */
void options_print_help(struct buf *out);
void options_print_man(struct buf *out);

#endif
