/* definition.h - "casualties = killed + wounded": definitions in one line.
 *
 * The call is hear_definition_parse() in hearsay.h.
 */
#ifndef CORE_DEFINITION_H
#define CORE_DEFINITION_H

#include "core/hearsay.h"

#endif
