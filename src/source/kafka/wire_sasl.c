#include "source/kafka/wire.h"

/* SaslHandshake, SaslAuthenticate. */

void encode_sasl_handshake(struct wire_out *o, int version, const struct wire_ask *ask)
{
	(void)version;
	out_string(o, ask->mechanism);
}

void decode_sasl_handshake(struct wire_in *in, int version, void *reply)
{
	struct sasl_handshake *r = reply;

	(void)version;
	r->error = in_i16(in);
	r->n_mechanisms = in_count(in, 2);
	r->mechanisms = in_array(in, r->n_mechanisms, sizeof(*r->mechanisms));
	for (size_t i = 0; i < r->n_mechanisms && !in->bad; i++)
		r->mechanisms[i] = in_string(in);
}

void encode_sasl_auth(struct wire_out *o, int version, const struct wire_ask *ask)
{
	(void)version;
	out_bytes(o, ask->bytes, ask->n_bytes);
}

void decode_sasl_auth(struct wire_in *in, int version, void *reply)
{
	struct sasl_auth *r = reply;

	r->error = in_i16(in);
	r->message = in_string(in);
	r->bytes = in_bytes(in, &r->n_bytes);
	r->lifetime_ms = version >= 1 ? in_i64(in) : 0;
}
