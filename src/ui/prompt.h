#ifndef MQ_UI_PROMPT_H
#define MQ_UI_PROMPT_H

#include "ui/canvas.h"

#include <stdint.h>

/*
 * prompt: one question to the operator, over the end of the panes: a text of a
 * line or a few, or a choice by digit. It stops nothing: frames come in and the
 * alert line stays. Enter takes the answer, Esc leaves. UI thread.
 */
enum { PROMPT_TEXT = 1024, PROMPT_TITLE = 160, PROMPT_HINT = 400, PROMPT_CHOICES = 9, PROMPT_CHOICE = 120 };

struct ui;

struct answer {
	const char *text; /* as typed, without blanks at both ends; "" of a choice */
	int choice;	  /* 1 to 9; 0 of a text */
};

/* All texts are copied and may be foreign; those of ours are translated already. */
struct prompt {
	const char *title; /* what it is about: "Acknowledge DiskUsage orders broker-3" */
	const char *hint;  /* what is to be typed, what it does and does not do; NULL */
	const char *text;  /* what stands there to begin with; NULL */
	const char *const *choices; /* ends with NULL; with them there is nothing to type. NULL: a text */
	size_t least;		    /* characters that an answer has to have */
	bool words;		    /* an answer has a letter: digits pressed out of habit explain nothing later */
	/* Called once the prompt is closed, so that it may ask the next question. Takes arg over. */
	void (*done)(struct ui *ui, void *arg, const struct answer *answer, int64_t now);
	void *arg;
	void (*drop)(void *arg); /* frees arg where the operator left; NULL: nothing to free */
};

/* What is being asked. */
struct asking {
	char title[PROMPT_TITLE], hint[PROMPT_HINT], text[PROMPT_TEXT];
	char choices[PROMPT_CHOICES][PROMPT_CHOICE];
	int n_choices; /* 0: a text */
	size_t least;
	bool words;
	bool short_of; /* Enter came too early */
	bool wordless; /* Enter came with figures only */
	void (*done)(struct ui *ui, void *arg, const struct answer *answer, int64_t now);
	void *arg;
	void (*drop)(void *arg);
};

/* Asks; a question that stands there is left. */
void ui_ask(struct ui *ui, const struct prompt *p);

/* A key while something is asked: id is the action that it stands for there, ACT_COUNT where it is text. */
void prompt_key(struct ui *ui, int id, int key, int64_t now);

/* Leaves the question, if there is one. */
void prompt_leave(struct ui *ui);

/* Draws it over the last lines of the body; the cursor goes behind what was typed. */
void popup_prompt(struct ui *ui, const struct area *body, int *cursor_y, int *cursor_x);

/* One line of text that is typed at its end, as filter, palette and prompts do it. Characters that do not fit or
 * are none are left out. */
void typed_add(char *text, size_t size, int key);
void typed_erase(char *text);

#endif
