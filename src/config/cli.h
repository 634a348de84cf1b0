#ifndef MQ_CONFIG_CLI_H
#define MQ_CONFIG_CLI_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The command line, from two tables that also make --help and mqduty(1). Only
 * what the program does today stands in them.
 */
enum cli_command_id {
	CMD_DASHBOARD, /* no command */
	CMD_CHECK,
	CMD_CHECK_RESTART,
	CMD_RECORD,
	CMD_CONFIG_CHECK,
	CMD_CONFIG_OPTIONS,
	CMD_RULES_TEST,
	CMD_SELECT,
	CMD_HISTORY,
	CMD_AUDIT,
	CMD_ANSWER,
	CMD_BASELINE,
	CMD_HANDOVER,
	CMD_COLLECT,
	CMD_EVENT,
	CMD_MAINT,
	CMD_MANUAL_LINT,
	CMD_MANUAL,
	CMD_OPEN,
	CMD_DAILY,
	CMD_DRILL,
	CMD_INCIDENT_LIST,
	CMD_INCIDENT_SHOW,
	CMD_INCIDENT_EXPORT,
	CMD_PLAN_LIST,
	CMD_PLAN_SHOW,
	CMD_PLAN_DIFF,
	CMD_PLAN_MAKE,
	N_COMMANDS,
};

enum { CLI_USAGE_EXIT = 3, CLI_ARGS_MAX = 256 };

struct cli_command {
	enum cli_command_id id;
	const char *name;    /* one or two words; "" for the dashboard */
	const char *args;    /* as help shows them; in [] what may be left out, after which ... repeats it */
	const char *choices; /* what the first argument may be, separated by blanks; NULL: anything */
	const char *summary; /* N_() */
};

enum cli_type { CLI_FLAG, CLI_TEXT, CLI_WORD, CLI_DURATION, CLI_NUMBER };

struct cli_option {
	const char *name; /* without the dashes */
	char letter;	  /* 0: none */
	enum cli_type type;
	const char *arg;     /* as help shows it; NULL for a flag */
	const char *choices; /* CLI_WORD: separated by blanks */
	uint64_t commands;   /* bits 1 << cli_command_id; 0: all */
	size_t offset;	     /* in struct cli */
	const char *help;    /* N_() */
};

struct cli {
	enum cli_command_id command;
	const char *arg;    /* the command's first argument; NULL: none */
	const char *args[CLI_ARGS_MAX];
	size_t n_args;
	const char *config; /* -c */
	const char *lang;   /* NULL: not said */
	const char *theme;
	const char *replay;
	const char *format; /* NULL: not said */
	const char *log;
	const char *matrix, *write; /* of `select` */
	const char *evidence, *until; /* of `answer` */
	const char *reason; /* of `maint` */
	const char *confirm; /* of `handover`: what was read back */
	double speed; /* of a replay; 1 unless said */
	int64_t deadline_ns; /* 0: not said */
	int64_t for_ns; /* how long to record; 0: until interrupted */
	bool ascii, plain, bell, answers, no_attach;
	const char *lab_dir; /* of a drill; NULL: a folder of its own */
	bool drill_check;    /* without a terminal: does the alert fire, can its page see it */
	bool drill;	     /* incidents that are opened are drills; set by mode_drill() */
	bool help, version; /* print it and end; nothing else was checked */
};

extern const struct cli_command cli_commands[];
extern const size_t n_cli_commands;
extern const struct cli_option cli_options[];
extern const size_t n_cli_options;

/* Options may stand before or after the command. 0, or -1 with a finished
 * sentence: print it and end with CLI_USAGE_EXIT. out points into argv. */
int cli_parse(int argc, char **argv, struct cli *out, struct err *err);

/* The text of --help. */
void cli_print_help(struct buf *out);

/* man(7) source of the sections COMMANDS and OPTIONS of mqduty(1). */
void cli_print_man_commands(struct buf *out);
void cli_print_man_options(struct buf *out);

/* Arms of a shell's `case` for the completion of bash: what may follow a first word; what a
 * command's argument is called; the options of a command; what an option's value is, a name in
 * capitals or its choices. */
void cli_print_completion_words(struct buf *out);
void cli_print_completion_arguments(struct buf *out);
void cli_print_completion_options(struct buf *out);
void cli_print_completion_values(struct buf *out);

#endif
