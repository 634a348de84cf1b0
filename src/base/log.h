#ifndef MQ_BASE_LOG_H
#define MQ_BASE_LOG_H

/*
 * The program's own log: a file, or nothing. Never stderr while a screen is
 * up. Any thread may write; lines are sanitised and bounded.
 */
enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Opens (appends to) the file, 0600; NULL turns the log off. Returns 0 or -1 with errno. */
int log_open(const char *path, enum log_level least);
/* Writes to a descriptor that stays the caller's, such as standard error of a program without a screen. */
void log_use(int fd, enum log_level least);
void log_close(void);
void log_msg(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_warn(...) log_msg(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...) log_msg(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_msg(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
