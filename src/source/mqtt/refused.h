#ifndef MQ_SOURCE_MQTT_REFUSED_H
#define MQ_SOURCE_MQTT_REFUSED_H

#include <stdbool.h>

/* refused: what the codes of CONNACK and DISCONNECT mean, for the operator. Pure. */

/* Why a broker refuses a connection, with what to do; NULL for a code that says nothing. 1 to 5 are
 * those of MQTT 3.1.1, from 0x80 on those of MQTT 5. */
const char *refused_words(int code);

/* Does the code mean that the broker does not speak this version of MQTT? */
bool refused_version(int code);

/* Why a broker ended a connection; NULL: it said nothing that matters. */
const char *ended_words(int code);

#endif
