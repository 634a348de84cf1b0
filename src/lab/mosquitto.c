#include "lab/family.h"
#include "lab/net.h"
#include "lab/proc.h"

#include "base/buf.h"

#include <unistd.h>

static bool wanted(const struct lab *lab)
{
	return lab->mqtt;
}

static int find(struct lab *lab, const struct options *o, struct err *err)
{
	(void)o;
	return find_program(lab->mosquitto, "MQ_MOSQUITTO", NULL, "mosquitto", err);
}

static int prepare(struct lab *lab, struct ports *ports, struct err *err)
{
	char path[LAB_PATH];
	struct buf b;
	int rc;

	if (ports_take(ports, &lab->mqtt_port, err) ||
	    (lab->tls && ports_take(ports, &lab->mqtt_tls, err)) || lab_mkdir(lab, err, "mosquitto"))
		return -1;
	buf_init(&b, 8192);
	buf_addf(&b, "listener %d 127.0.0.1\nmax_connections 100\nallow_anonymous true\n",
	    lab->mqtt_port);
	if (lab->tls)
		buf_addf(&b, "listener %d 127.0.0.1\ncertfile %s\nkeyfile %s\n", lab->mqtt_tls,
		    lab_path(lab, path, "tls/broker.pem"), path);
	/* Started by root it would become another user and lose the right to its own files. */
	if (geteuid() == 0)
		buf_adds(&b, "user root\n");
	buf_adds(&b, "sys_interval 1\nconnection_messages true\nlog_dest topic\n");
	buf_addf(&b, "log_dest file %s\n", lab_path(lab, path, "log/mosquitto-broker.log"));
	buf_adds(&b, "log_type error\nlog_type warning\nlog_type notice\nlog_type information\n"
		     "log_timestamp true\nmax_queued_messages 100\nmax_inflight_messages 20\n"
		     "autosave_interval 60\npersistence true\n");
	buf_addf(&b, "persistence_location %s/\n", lab_path(lab, path, "mosquitto"));
	rc = b.overflow ? err_set(err, "The configuration of mosquitto is too long.")
			: lab_write(lab, 0600, err, "mosquitto/mosquitto.conf", b.data);
	buf_release(&b);
	return rc;
}

static int start(struct lab *lab, struct err *err)
{
	char conf[LAB_PATH];
	const char *argv[] = {lab->mosquitto, "-c", conf, NULL};

	lab_path(lab, conf, "mosquitto/mosquitto.conf");
	return proc_start(lab, err, "mosquitto", argv);
}

static bool ready(const struct lab *lab)
{
	int fd = net_mqtt_connect(lab->mqtt_port, "lab-probe", 10, 500);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

const struct family family_mqtt = {"mqtt", "mosquitto", wanted, find, prepare, start, ready, NULL};
