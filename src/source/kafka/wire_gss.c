#include "source/kafka/wire_gss.h"

#include "base/alloc.h"
#include "base/fmt.h"
#include "base/i18n.h"
#include "base/text.h"
#include "base/thread.h"

#include <errno.h>
#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of one cluster: those that hang at its KDC do not make the others of the process wait. */
enum { MOST_ASKING = 8 };

enum { WANTED = GSS_C_MUTUAL_FLAG | GSS_C_INTEG_FLAG };

struct gss_gate {
	atomic_uint refs, asking;
};

/* What comes next in a login. */
enum stage { STAGE_TICKET, STAGE_CONTEXT, STAGE_LAYERS, STAGE_END };

struct gss {
	struct gss_gate *gate;
	char *target; /* "kafka@host" */
	char *keytab, *principal;
	char cache[64]; /* of the tickets that come by the keytab; "" without one */
	enum stage stage;

	pthread_mutex_t lock; /* guards the next two */
	bool asking;	      /* the thread runs: what follows is its own */
	bool dropped;
	bool asked; /* and not asking: the answer is there */
	gss_ctx_id_t context;
	gss_name_t server;
	gss_buffer_desc first;
	struct err err; /* "": it went well */
	bool refused;	/* the KDC said no */
};

/* What fails often, and what to do about it. The library's own words follow. */
static const struct {
	int64_t code;
	bool refused; /* by the KDC, which may lock a principal that tries again and again */
	const char *what;
} known[] = {
    {KRB5_KDC_UNREACH, false,
	N_("the KDC does not answer: is it up, and does krb5.conf name the right one?")},
    {KRB5_REALM_UNKNOWN, false, N_("krb5.conf names no KDC for the realm")},
    {KRB5_REALM_CANT_RESOLVE, false, N_("the KDC that krb5.conf names has no address")},
    {KRB5_CONFIG_NODEFREALM, false, N_("krb5.conf is missing or has no default_realm")},
    {KRB5_CONFIG_CANTOPEN, false, N_("krb5.conf is missing or cannot be read")},
    {KRB5_FCC_NOFILE, false,
	N_("there is no Kerberos ticket: run kinit, or name a keytab in sasl.kerberos.keytab")},
    {KRB5_CC_NOTFOUND, false,
	N_("there is no Kerberos ticket: run kinit, or name a keytab in sasl.kerberos.keytab")},
    {KRB5KRB_AP_ERR_TKT_EXPIRED, false,
	N_("the Kerberos ticket has expired: run kinit, or name a keytab in sasl.kerberos.keytab")},
    {KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, true,
	N_("the KDC does not know this principal: is sasl.kerberos.principal right?")},
    {KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN, false,
	N_("the KDC does not know this broker: has it a principal of its service and the host that it "
	   "advertises, and is sasl.kerberos.service.name right?")},
    {KRB5KRB_AP_ERR_SKEW, false,
	N_("the clocks of this host and of the KDC differ too much: set them by NTP")},
    {KRB5KDC_ERR_KEY_EXP, true, N_("the principal's password has expired: change it")},
    {KRB5KDC_ERR_NAME_EXP, true, N_("the principal has expired")},
    {KRB5KDC_ERR_CLIENT_REVOKED, true, N_("the principal is locked")},
    {KRB5KDC_ERR_PREAUTH_FAILED, true, N_("the KDC refuses the key: the keytab is out of date, make it anew")},
    {KRB5KRB_AP_ERR_BAD_INTEGRITY, true, N_("the key does not fit: the keytab is out of date, make it anew")},
    {KRB5_PREAUTH_FAILED, true, N_("the KDC refuses the key: the keytab is out of date, make it anew")},
    {KRB5_KT_NOTFOUND, false, N_("the keytab has no key for this principal: see klist -k")},
    {KRB5KDC_ERR_ETYPE_NOSUPP, false, N_("the KDC and the keytab have no kind of encryption in common")},
};

enum { N_KNOWN = sizeof(known) / sizeof(known[0]) };

static size_t find_known(OM_uint32 minor)
{
	size_t i = 0;

	while (i < N_KNOWN && (OM_uint32)known[i].code != minor)
		i++;
	return i;
}

/* The library's words for a code; to be called in the thread where it came up. */
static void words_of(OM_uint32 code, int kind, char *out, size_t size)
{
	OM_uint32 ignored, more = 0;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;

	out[0] = '\0';
	if (gss_display_status(&ignored, code, kind, (gss_OID)gss_mech_krb5, &more, &text) != GSS_S_COMPLETE)
		return;
	text_sanitise(out, size, text.value, text.length);
	gss_release_buffer(&ignored, &text);
}

static int fail(struct err *err, OM_uint32 major, OM_uint32 minor)
{
	size_t i = find_known(minor);
	char words[240];

	words_of(minor ? minor : major, minor ? GSS_C_MECH_CODE : GSS_C_GSS_CODE, words, sizeof(words));
	return err_set(err, "auth: %s (%s)", i < N_KNOWN ? _(known[i].what) : _("Kerberos failed"), words);
}

struct gss_gate *gss_gate_new(void)
{
	struct gss_gate *gate = xcalloc(1, sizeof(*gate));

	gate->refs = 1;
	return gate;
}

void gss_gate_unref(struct gss_gate *gate)
{
	if (gate && atomic_fetch_sub(&gate->refs, 1) == 1)
		free(gate);
}

static bool gate_enter(struct gss_gate *gate)
{
	if (atomic_fetch_add(&gate->asking, 1) < MOST_ASKING)
		return true;
	atomic_fetch_sub(&gate->asking, 1);
	return false;
}

struct gss *gss_new(struct gss_gate *gate, const struct gss_conf *conf, const char *host)
{
	static atomic_uint made;
	struct gss *g = xcalloc(1, sizeof(*g));
	size_t size = strlen(conf->service) + strlen(host) + 2;

	g->gate = gate;
	atomic_fetch_add(&gate->refs, 1);
	g->target = xcalloc(1, size);
	snprintf(g->target, size, "%s@%s", conf->service, host);
	g->keytab = conf->keytab ? xstrdup(conf->keytab) : NULL;
	g->principal = conf->principal ? xstrdup(conf->principal) : NULL;
	if (g->keytab)
		snprintf(g->cache, sizeof(g->cache), "MEMORY:mqduty-%u", atomic_fetch_add(&made, 1));
	g->context = GSS_C_NO_CONTEXT;
	g->server = GSS_C_NO_NAME;
	pthread_mutex_init(&g->lock, NULL);
	return g;
}

/* What belongs to one login. */
static void forget_login(struct gss *g)
{
	OM_uint32 ignored;

	if (g->context != GSS_C_NO_CONTEXT)
		gss_delete_sec_context(&ignored, &g->context, GSS_C_NO_BUFFER);
	if (g->server != GSS_C_NO_NAME)
		gss_release_name(&ignored, &g->server);
	gss_release_buffer(&ignored, &g->first);
	g->err.msg[0] = '\0';
	g->asked = false;
	g->stage = STAGE_TICKET;
}

static void destroy_cache(const char *name)
{
	krb5_context k;
	krb5_ccache cache;

	if (!name[0] || krb5_init_context(&k))
		return;
	if (!krb5_cc_resolve(k, name, &cache))
		krb5_cc_destroy(k, cache);
	krb5_free_context(k);
}

static void destroy(struct gss *g)
{
	forget_login(g);
	destroy_cache(g->cache);
	gss_gate_unref(g->gate);
	pthread_mutex_destroy(&g->lock);
	free(g->target);
	free(g->keytab);
	free(g->principal);
	free(g);
}

void gss_free(struct gss *g)
{
	bool asking;

	if (!g)
		return;
	pthread_mutex_lock(&g->lock);
	asking = g->asking;
	g->dropped = true;
	pthread_mutex_unlock(&g->lock);
	if (!asking)
		destroy(g);
}

static bool is_asking(struct gss *g)
{
	bool asking;

	pthread_mutex_lock(&g->lock);
	asking = g->asking;
	pthread_mutex_unlock(&g->lock);
	return asking;
}

void gss_reset(struct gss *g)
{
	if (!is_asking(g))
		forget_login(g);
}

static int import(const char *text, gss_OID kind, gss_name_t *out, struct err *err)
{
	gss_buffer_desc name = {.length = strlen(text), .value = (void *)text};
	OM_uint32 minor, major = gss_import_name(&minor, &name, kind, out);

	return GSS_ERROR(major) ? fail(err, major, minor) : 0;
}

/* The library takes a keytab that is not there for none. */
static int check_keytab(const struct gss *g, struct err *err)
{
	const char *path = strncmp(g->keytab, "FILE:", 5) ? g->keytab : g->keytab + 5;

	if (access(path, R_OK) == 0)
		return 0;
	return err_set(err, _("auth: the keytab %s cannot be read: %s"), path, strerror(errno));
}

static bool is_refusal(OM_uint32 minor)
{
	size_t i = find_known(minor);

	return i < N_KNOWN && known[i].refused;
}

static int acquire(struct gss *g, gss_cred_id_t *cred, struct err *err)
{
	gss_key_value_element_desc places[] = {{"client_keytab", g->keytab}, {"ccache", g->cache}};
	gss_key_value_set_desc store = {.count = 2, .elements = places};
	gss_OID_set_desc kerberos = {.count = 1, .elements = (gss_OID)gss_mech_krb5};
	gss_name_t who = GSS_C_NO_NAME;
	OM_uint32 major, minor, ignored;

	if (g->keytab && check_keytab(g, err))
		return -1;
	if (g->principal && import(g->principal, (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME, &who, err))
		return -1;
	major = gss_acquire_cred_from(&minor, who, GSS_C_INDEFINITE, &kerberos, GSS_C_INITIATE,
	    g->keytab ? &store : GSS_C_NO_CRED_STORE, cred, NULL, NULL);
	if (GSS_ERROR(major) && g->keytab && g->principal && minor == (OM_uint32)KRB5_FCC_NOFILE)
		err_set(err, _("auth: the keytab %s has no key for %s: see klist -k"), g->keytab, g->principal);
	else if (GSS_ERROR(major))
		fail(err, major, minor);
	g->refused = is_refusal(minor);
	gss_release_name(&ignored, &who);
	return GSS_ERROR(major) ? -1 : 0;
}

/* One step of the context: `said` is the broker's, out is ours. */
static OM_uint32 step_context(
    struct gss *g, gss_cred_id_t cred, gss_buffer_t said, gss_buffer_t out, struct err *err)
{
	OM_uint32 minor, got = 0;
	OM_uint32 major = gss_init_sec_context(&minor, cred, &g->context, g->server, (gss_OID)gss_mech_krb5, WANTED,
	    GSS_C_INDEFINITE, GSS_C_NO_CHANNEL_BINDINGS, said, NULL, out, &got, NULL);

	g->refused = is_refusal(minor);
	if (GSS_ERROR(major))
		fail(err, major, minor);
	else if (major == GSS_S_COMPLETE && (got & WANTED) != WANTED)
		err_set(err, _("auth: the broker did not prove who it is: something else answers in its place"));
	return major;
}

/* In the thread: all that may talk to a KDC, or to the DNS. */
static void get_ticket(struct gss *g)
{
	gss_cred_id_t cred = GSS_C_NO_CREDENTIAL;
	OM_uint32 ignored;

	if (import(g->target, (gss_OID)GSS_C_NT_HOSTBASED_SERVICE, &g->server, &g->err) || acquire(g, &cred, &g->err))
		return;
	step_context(g, cred, GSS_C_NO_BUFFER, &g->first, &g->err);
	gss_release_cred(&ignored, &cred);
}

static void *ask_main(void *arg)
{
	struct gss *g = arg;
	bool dropped;

	get_ticket(g);
	atomic_fetch_sub(&g->gate->asking, 1);
	pthread_mutex_lock(&g->lock);
	g->asking = false;
	dropped = g->dropped;
	pthread_mutex_unlock(&g->lock);
	if (dropped)
		destroy(g);
	return NULL;
}

static int ask(struct gss *g, struct err *err)
{
	pthread_t thread;
	int rc;

	g->asking = g->asked = true;
	rc = thread_start(&thread, "kerberos", ask_main, g);
	if (!rc)
		return pthread_detach(thread);
	g->asking = g->asked = false;
	atomic_fetch_sub(&g->gate->asking, 1);
	return err_set(err, _("auth: no thread can be started for Kerberos: %s"), strerror(rc));
}

enum gss_state gss_first(struct gss *g, struct buf *out, struct err *err)
{
	if (is_asking(g))
		return GSS_ASKING;
	if (!g->asked) {
		if (gate_enter(g->gate) && ask(g, err))
			return GSS_FAILED;
		return GSS_ASKING;
	}
	if (!g->err.msg[0] && buf_add(out, g->first.value, g->first.length))
		err_set(&g->err, _("auth: the login is too long"));
	if (g->err.msg[0]) {
		*err = g->err;
		return g->refused ? GSS_REFUSED : GSS_FAILED;
	}
	g->stage = STAGE_CONTEXT;
	return GSS_READY;
}

static int put_token(gss_buffer_t token, struct buf *out, struct err *err)
{
	OM_uint32 ignored;
	int rc = token->length ? buf_add(out, token->value, token->length) : 0;

	gss_release_buffer(&ignored, token);
	return rc ? err_set(err, _("auth: the login is too long")) : 0;
}

/* The tickets are there by now: no KDC is asked any more. */
static int go_on_context(struct gss *g, gss_buffer_t said, struct buf *out, struct err *err)
{
	gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
	struct err why = {""};
	OM_uint32 major = step_context(g, GSS_C_NO_CREDENTIAL, said, &token, &why);

	put_token(&token, out, &why);
	if (why.msg[0])
		return err_set(err, "%s", why.msg);
	if (major == GSS_S_COMPLETE)
		g->stage = STAGE_LAYERS;
	return 0;
}

int gss_read_layers(const void *offer, size_t len, struct err *err)
{
	enum { NO_LAYER = 1 };

	if (len != 4)
		return err_set(err, _("protocol: the broker's GSSAPI message is not one"));
	if (!(*(const uint8_t *)offer & NO_LAYER))
		return err_set(err, _("auth: the broker wants a security layer of GSSAPI; mqduty speaks TLS instead"));
	return 0;
}

static int answer_layers(struct gss *g, gss_buffer_t said, struct buf *out, struct err *err)
{
	/* No layer, so no size, and no other identity. */
	char choice[4] = {1, 0, 0, 0};
	gss_buffer_desc plain = GSS_C_EMPTY_BUFFER, wrapped = GSS_C_EMPTY_BUFFER;
	gss_buffer_desc ours = {.length = sizeof(choice), .value = choice};
	OM_uint32 minor, ignored, major = gss_unwrap(&minor, g->context, said, &plain, NULL, NULL);
	int rc;

	if (GSS_ERROR(major))
		return fail(err, major, minor);
	rc = gss_read_layers(plain.value, plain.length, err);
	gss_release_buffer(&ignored, &plain);
	if (rc)
		return -1;
	major = gss_wrap(&minor, g->context, 0, GSS_C_QOP_DEFAULT, &ours, NULL, &wrapped);
	if (GSS_ERROR(major))
		return fail(err, major, minor);
	g->stage = STAGE_END;
	return put_token(&wrapped, out, err);
}

int gss_go_on(struct gss *g, const void *said, size_t len, struct buf *out, bool *done, struct err *err)
{
	gss_buffer_desc token = {.length = len, .value = (void *)said};

	*done = g->stage == STAGE_END;
	if (g->stage == STAGE_CONTEXT)
		return go_on_context(g, &token, out, err);
	if (g->stage == STAGE_LAYERS)
		return answer_layers(g, &token, out, err);
	return 0;
}

void gss_say_silent(const struct gss *g, int64_t waited, struct err *err)
{
	char age[FMT_MAX];

	err_set(err, _("auth: the KDC does not answer (no ticket for %s within %s): is it up, and does krb5.conf name "
		       "the right one?"),
	    g->target, fmt_duration(age, sizeof(age), waited));
}
