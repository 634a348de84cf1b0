#ifndef MQ_BASE_BANNED_H
#define MQ_BASE_BANNED_H

/* Included for every file by the build (-include): these calls do not compile. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A hardened libc may have them as macros already. */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi gets system

#endif
