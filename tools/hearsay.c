/* SPDX-License-Identifier: ISC */
#include "core/hearsay.h"

int main(void)
{
	return 0;
}
