#include "net/http.h"

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "net/http_cert.h"
#include "net/http_via.h"
#include "net/http_words.h"
#include "net/tls.h"

#include <curl/curl.h>
#include <poll.h>
#include <pthread.h>

enum { HEADERS_MAX = 64 << 10, KEPT_CONNECTIONS = 64, WAIT_MS_MAX = 60000 };

struct http_call {
	struct http_call *next;
	struct http_request rq; /* url is our copy */
	char *address;          /* host:port as dialled */
	char *shown;            /* the URL without secrets */
	CURL *easy;
	struct curl_slist *connect_to;
	struct http_via_call via;
	struct buf body;
	size_t header_bytes;
	char detail[CURL_ERROR_SIZE];
};

struct http {
	CURLM *multi;
	const struct cluster_conf *cluster;
	struct http_call *calls;
	struct http_call *failed; /* could not even start: reported by the next run */
	size_t n_calls;
	struct http_vias vias;
	struct http_certs certs;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void curl_start(void)
{
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		BUG("libcurl does not start");
}

struct http *http_new(const struct cluster_conf *cluster)
{
	struct http *h = xcalloc(1, sizeof(*h));

	pthread_once(&curl_once, curl_start);
	h->cluster = cluster;
	if (cluster)
		h->vias.argv = cluster->via;
	h->multi = curl_multi_init();
	if (!h->multi)
		BUG("curl_multi_init: out of memory");
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
	return h;
}

static void call_free(struct http_call *c)
{
	if (c->easy)
		curl_easy_cleanup(c->easy);
	http_via_done(&c->via);
	curl_slist_free_all(c->connect_to);
	buf_release(&c->body);
	free(c->address);
	free(c->shown);
	free((char *)c->rq.url);
	free(c);
}

static void calls_free(struct http *h, struct http_call *list)
{
	struct http_call *next;

	for (; list; list = next) {
		next = list->next;
		if (list->easy)
			curl_multi_remove_handle(h->multi, list->easy);
		call_free(list);
	}
}

void http_free(struct http *h)
{
	if (!h)
		return;
	calls_free(h, h->calls);
	calls_free(h, h->failed);
	curl_multi_cleanup(h->multi);
	http_certs_release(&h->certs);
	free(h);
}

int64_t http_cert_until(const struct http *h, const char *address)
{
	return http_cert_of(&h->certs, address);
}

size_t http_in_flight(const struct http *h)
{
	return h->n_calls;
}

static size_t on_body(char *data, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;

	return buf_add(&c->body, data, size * n) ? 0 : size * n;
}

/* libcurl keeps every header, and before 8.3 without a limit: an endless one must
 * not eat the memory. */
static size_t on_header(char *data, size_t size, size_t n, void *arg)
{
	struct http_call *c = arg;

	(void)data;
	c->header_bytes += size * n;
	return c->header_bytes > HEADERS_MAX ? 0 : size * n;
}

static void set_protocols(CURL *e)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(e, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	/* Otherwise libcurl joins its resolver thread when a request times out in DNS,
	 * and that blocks for as long as DNS hangs. */
#if LIBCURL_VERSION_NUM >= 0x075700
	curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L);
#endif
}

/* Dials another address than the URL names: by the map, or through the command, for which
 * the name must not even be looked up here. */
static void set_route(struct http_call *c, struct http *h)
{
	const char *to = cluster_dial_address(h->cluster, c->address);
	struct arena a;

	if (h->cluster->via)
		http_via_set(&c->via, &h->vias, c->easy, to);
	else if (!strcmp(to, c->address))
		return;
	arena_init(&a);
	c->connect_to = curl_slist_append(NULL,
	    arena_printf(&a, "%s:%s", c->address, h->cluster->via ? "127.0.0.1:1" : to));
	arena_release(&a);
	curl_easy_setopt(c->easy, CURLOPT_CONNECT_TO, c->connect_to);
	if (strcmp(to, c->address)) {
		free(c->address);
		c->address = xstrdup(to);
	}
}

static void set_cluster(struct http_call *c, const struct cluster_conf *cluster)
{
	CURL *e = c->easy;

	if (cluster->tls.ca)
		curl_easy_setopt(e, tls_is_folder(cluster->tls.ca) ? CURLOPT_CAPATH : CURLOPT_CAINFO, cluster->tls.ca);
	if (cluster->tls.cert)
		curl_easy_setopt(e, CURLOPT_SSLCERT, cluster->tls.cert);
	if (cluster->tls.key)
		curl_easy_setopt(e, CURLOPT_SSLKEY, cluster->tls.key);
	if (cluster->username) {
		curl_easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(e, CURLOPT_USERNAME, cluster->username);
		if (cluster->password.value)
			curl_easy_setopt(e, CURLOPT_PASSWORD, cluster->password.value);
	}
}

static void set_options(struct http_call *c)
{
	CURL *e = c->easy;

	curl_easy_setopt(e, CURLOPT_URL, c->rq.url);
	curl_easy_setopt(e, CURLOPT_PRIVATE, c);
	curl_easy_setopt(e, CURLOPT_ERRORBUFFER, c->detail);
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_PROXY, "");
	curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)c->rq.timeout_ms);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)c->rq.timeout_ms);
	curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, (long)c->rq.fresh);
	curl_easy_setopt(e, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)c->rq.max_body);
	curl_easy_setopt(e, CURLOPT_USERAGENT, "mqduty");
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(e, CURLOPT_WRITEDATA, c);
	curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(e, CURLOPT_HEADERDATA, c);
	set_protocols(e);
}

void http_get(struct http *h, const struct http_request *rq)
{
	struct http_call *c = xcalloc(1, sizeof(*c));
	struct err err = {""};

	c->rq = *rq;
	c->rq.url = xstrdup(rq->url);
	if (!rq->max_body || rq->max_body > HTTP_BODY_MAX)
		c->rq.max_body = HTTP_BODY_MAX;
	buf_init(&c->body, c->rq.max_body);
	h->n_calls++;
	if (http_url_split(rq->url, &c->address, &c->shown, &err)) {
		snprintf(c->detail, sizeof(c->detail), "%s", err_msg(&err));
		c->next = h->failed;
		h->failed = c;
		return;
	}
	c->easy = curl_easy_init();
	if (!c->easy)
		BUG("curl_easy_init: out of memory");
	set_options(c);
	if (!strncmp(rq->url, "https:", 6))
		http_cert_watch(&h->certs, c->easy, c->address);
	if (h->cluster) {
		set_route(c, h);
		set_cluster(c, h->cluster);
	}
	c->next = h->calls;
	h->calls = c;
	if (curl_multi_add_handle(h->multi, c->easy))
		BUG("curl_multi_add_handle failed");
}

static double get_ms(CURL *e, CURLINFO info)
{
	curl_off_t us = 0;

	curl_easy_getinfo(e, info, &us);
	return (double)us / 1000;
}

/* How far the transfer got, and how long each part took. */
static void look(const struct http_call *c, CURLcode code, struct http_outcome *o,
    struct http_reply *r)
{
	double pre = get_ms(c->easy, CURLINFO_PRETRANSFER_TIME_T);
	double first = get_ms(c->easy, CURLINFO_STARTTRANSFER_TIME_T);
	double connect = get_ms(c->easy, CURLINFO_CONNECT_TIME_T);
	double name = get_ms(c->easy, CURLINFO_NAMELOOKUP_TIME_T);
	curl_off_t expected = -1;
	long fresh = 0;

	curl_easy_getinfo(c->easy, CURLINFO_NUM_CONNECTS, &fresh);
	curl_easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &o->os_errno);
	curl_easy_getinfo(c->easy, CURLINFO_RESPONSE_CODE, &o->status);
	curl_easy_getinfo(c->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &expected);
	o->code = code;
	o->body_expected = expected;
	o->reused = !fresh && pre > 0;
	o->resolved = name > 0 || o->reused;
	o->connected = connect > 0 || o->reused;
	o->secured = pre > 0;
	o->connect_ms = connect > name ? connect - name : 0;
	o->total_ms = get_ms(c->easy, CURLINFO_TOTAL_TIME_T);
	r->connect_ms = o->connected && !o->reused ? o->connect_ms : -1;
	r->answer_ms = first > 0 && first >= pre ? first - pre : -1;
	r->total_ms = o->total_ms;
}

static void call_done(struct http *h, struct http_call *c, CURLcode code)
{
	struct http_outcome o = {
	    .too_large = c->body.overflow,
	    .too_many_headers = c->header_bytes > HEADERS_MAX,
	    .body_len = c->body.len,
	    .max_body = c->rq.max_body,
	    .detail = c->detail,
	    .address = c->address,
	    .url = c->shown,
	};
	struct http_reply r = {.body = c->body.data, .len = c->body.len};
	char phrase[ERR_MAX];

	look(c, code, &o, &r);
	o.expired = http_cert_of(&h->certs, c->address);
	if (o.expired > clock_wall())
		o.expired = 0;
	o.via = c->via.vias != NULL;
	if (c->via.words.msg[0])
		o.detail = c->via.words.msg;
	r.status = o.status;
	r.fail = http_words(&o, phrase, sizeof(phrase));
	r.phrase = phrase;
	h->n_calls--;
	c->rq.done(c->rq.arg, &r);
	call_free(c);
}

static void unlink_call(struct http *h, const struct http_call *c)
{
	struct http_call **at = &h->calls;

	while (*at && *at != c)
		at = &(*at)->next;
	if (*at)
		*at = c->next;
}

static void report_unstarted(struct http *h)
{
	struct http_call *c;

	while ((c = h->failed)) {
		struct http_reply r = {
		    .fail = HTTP_PROTOCOL,
		    .phrase = c->detail,
		    .body = "",
		    .connect_ms = -1,
		    .answer_ms = -1,
		};

		h->failed = c->next;
		h->n_calls--;
		c->rq.done(c->rq.arg, &r);
		call_free(c);
	}
}

void http_run(struct http *h)
{
	int running, left;
	CURLMsg *m;

	report_unstarted(h);
	curl_multi_perform(h->multi, &running);
	while ((m = curl_multi_info_read(h->multi, &left))) {
		CURLcode code = m->data.result;
		struct http_call *c = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&c);
		unlink_call(h, c);
		curl_multi_remove_handle(h->multi, c->easy);
		call_done(h, c, code);
	}
}

void http_wait(struct http *h, int wake_fd, int64_t until)
{
	struct curl_waitfd wake = {.fd = wake_fd, .events = CURL_WAIT_POLLIN};
	int64_t ms = (until - clock_boot() + NS_PER_MS - 1) / NS_PER_MS;

	if (h->failed || ms < 0)
		ms = 0;
	if (ms > WAIT_MS_MAX)
		ms = WAIT_MS_MAX;
	curl_multi_poll(h->multi, wake_fd < 0 ? NULL : &wake, wake_fd < 0 ? 0 : 1, (int)ms, NULL);
}

void http_wait_fds(struct http *h, const struct pollfd *fds, size_t n, int64_t until)
{
	struct curl_waitfd *wait = xcalloc(n ? n : 1, sizeof(*wait));
	int64_t ms = (until - clock_boot() + NS_PER_MS - 1) / NS_PER_MS;

	for (size_t i = 0; i < n; i++) {
		wait[i].fd = fds[i].fd;
		wait[i].events = (short)((fds[i].events & POLLIN ? CURL_WAIT_POLLIN : 0) |
					 (fds[i].events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
	}
	if (h->failed || ms < 0)
		ms = 0;
	curl_multi_poll(h->multi, wait, (unsigned)n, ms > WAIT_MS_MAX ? WAIT_MS_MAX : (int)ms, NULL);
	free(wait);
}

static int url_parts(CURLU *u, const char *url, char **address, char **shown)
{
	char *host = NULL, *port = NULL, *text = NULL;
	struct buf b;
	int rc = -1;

	buf_init(&b, 4096);
	if (curl_url_set(u, CURLUPART_URL, url, 0))
		goto out;
	curl_url_set(u, CURLUPART_USER, NULL, 0);
	curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
	if (curl_url_get(u, CURLUPART_HOST, &host, 0) || !host[0])
		goto out;
	if (curl_url_get(u, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT))
		goto out;
	if (curl_url_get(u, CURLUPART_URL, &text, 0))
		goto out;
	if (buf_addf(&b, "%s:%s", host, port))
		goto out;
	if (address)
		*address = buf_detach(&b);
	if (shown) {
		size_t len = strlen(text);

		while (len && text[len - 1] == '/')
			len--;
		*shown = xstrndup(text, len);
	}
	rc = 0;
out:
	curl_free(host);
	curl_free(port);
	curl_free(text);
	buf_release(&b);
	return rc;
}

int http_url_split(const char *url, char **address, char **shown, struct err *err)
{
	CURLU *u;
	int rc;

	if (strncmp(url, "http://", 7) && strncmp(url, "https://", 8))
		return err_set(err, _("%s is no http:// or https:// URL"), url);
	u = curl_url();
	if (!u)
		BUG("curl_url: out of memory");
	rc = url_parts(u, url, address, shown);
	curl_url_cleanup(u);
	if (rc)
		return err_set(err, _("%s is no URL that can be used: write http://HOST:PORT"), url);
	return 0;
}
