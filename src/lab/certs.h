#ifndef MQ_LAB_CERTS_H
#define MQ_LAB_CERTS_H

#include "lab/lab.h"

/* Of a lab that is `up --tls`: an authority of its own, D/tls/ca.pem, and one certificate for all brokers,
 * and one of mqduty's own, D/tls/mqduty.pem. */

enum { CERT_GOOD_DAYS = 365, CERT_ENDING_DAYS = 5 };

/* Makes the authority and a certificate that is good for a year. */
int certs_prepare(const struct lab *lab, struct err *err);

/* A new certificate for 127.0.0.1 that ends in so many days: D/tls/broker.pem holds it and its key. Brokers that run
 * keep theirs until they start again. */
int certs_renew(const struct lab *lab, int days, struct err *err);

/* A named pipe in the place of D/tls/mqduty.pem, mqduty's own certificate: whoever reads it waits, as on a dead mount.
 * certs_unhang puts the file back and lets those go on that wait. */
int certs_hang(const struct lab *lab, struct err *err);
int certs_unhang(const struct lab *lab, struct err *err);

#endif
