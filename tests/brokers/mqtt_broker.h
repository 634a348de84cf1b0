#ifndef MQ_TESTS_MQTT_BROKER_H
#define MQ_TESTS_MQTT_BROKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A real mosquitto on a free port of 127.0.0.1, in a folder of its own under $TMPDIR.
 * It ends with broker_stop(), and with the test whatever ends that. */
struct test_broker {
	pid_t pid; /* 0: not running */
	int port;
	char dir[200];
};

/* more: further lines of mosquitto.conf; NULL: none. sys_interval is 1 unless said there. */
void broker_start(struct test_broker *b, const char *more);
/* Again after SIGKILL, with the same port and files. */
void broker_again(struct test_broker *b);
void broker_signal(struct test_broker *b, int signal); /* SIGKILL also reaps it */
void broker_stop(struct test_broker *b);
/* Writes a file beside the config, such as an acl_file. */
void broker_file(struct test_broker *b, const char *name, const char *text);
/* The folder is made by this, so that broker_file() can be used before broker_start(). */
void broker_prepare(struct test_broker *b);

/* A client of a few bytes. */
int client_connect(const struct test_broker *b, const char *id, int keepalive); /* -1: refused */
void client_subscribe(int fd, const char *topic, int qos);
void client_publish(int fd, const char *topic, const void *payload, size_t len, bool retain);

/* mosquitto_sub -t '$SYS/#', left running: what it has printed so far. */
struct sys_tool {
	pid_t pid;
	int fd;
	char text[1 << 16];
	size_t len;
};
void tool_start(struct sys_tool *t, const struct test_broker *b);
void tool_stop(struct sys_tool *t);
/* The newest value of a topic below $SYS/broker/; -1: never printed. */
int64_t tool_number(struct sys_tool *t, const char *topic);

#endif
