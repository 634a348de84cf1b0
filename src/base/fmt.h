#ifndef MQ_BASE_FMT_H
#define MQ_BASE_FMT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Numbers as operators read them. Each writes into out (at most size bytes,
 * always terminated) and returns out, so that a call can stand in an argument
 * list. Pure; any thread.
 */
enum { FMT_MAX = 48 };

char *fmt_count(char *out, size_t size, int64_t n);        /* 9,102 */
char *fmt_short(char *out, size_t size, double n);         /* 48k, 1.2M; exact below 10,000 */
char *fmt_bytes(char *out, size_t size, int64_t bytes);    /* 512MiB, 1.5GiB */
char *fmt_duration(char *out, size_t size, int64_t ns);    /* 47s, 25m, 3h10m, 2d4h: two units at most */
char *fmt_seconds(char *out, size_t size, double s);       /* the same; beyond 292 years it says 106751d23h */
char *fmt_ms(char *out, size_t size, double ms);           /* 0.6ms, 12ms, 1.4s */
char *fmt_percent(char *out, size_t size, double percent); /* 81%, 0.12%; cut off, not rounded */
char *fmt_rate(char *out, size_t size, double per_s);      /* +6/s, -120/s, +1.2k/s, steady below 0.05/s */
char *fmt_utc(char *out, size_t size, int64_t wall);       /* 2026-11-22T03:04:31Z */
char *fmt_clock(char *out, size_t size, int64_t wall);     /* 03:04:31Z */

#endif
