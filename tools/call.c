/* SPDX-License-Identifier: ISC */
/* call.c - what becomes of one run of a command: see command.h. */
#include "tools/command.h"

enum hear_code call_misused(struct call *call, enum hear_code code)
{
	call->status = STATUS_MISUSED;
	return code;
}
