#ifndef MQ_LAB_NET_H
#define MQ_LAB_NET_H

#include <stdbool.h>
#include <stddef.h>

/* Small blocking probes of 127.0.0.1, each bounded by its timeout. */

/* A connected socket with send and receive timeouts, or -1. */
int net_connect(int port, int timeout_ms);
bool net_is_free(int port); /* somebody may listen there now */
bool net_listens(int port, int timeout_ms);

/* GET path; the body (cut at size) into out. Returns the HTTP status or -1. */
int net_http_get(int port, const char *path, char *out, size_t size, int timeout_ms);

/* Opens an MQTT 3.1.1 connection with a clean session; -1 if it is not granted.
 * keepalive in seconds, 0 for none. The caller closes the socket. */
int net_mqtt_connect(int port, const char *client_id, int keepalive, int timeout_ms);

#endif
