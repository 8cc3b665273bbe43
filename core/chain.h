/* chain.h - who passed a claim on, in one line: parse, print, check, origin.
 *
 *   Lee Seong-kweun (lawmaker; told reporters; at 2025-01-13) < NIS (briefed)
 *
 * Nearest the document first, the origin last. "A + B" spoke jointly: one hop,
 * one origin, one pair of brackets after both. "?a campaign adviser (Clinton
 * campaign)" is unnamed; one ? before the first name holds for the whole hop.
 * Names with any of < + ( ) ; " or a leading ? or blank stand in double quotes,
 * \" and \\ inside. In the brackets, parts end with ";": "at DATE", "to WHOM",
 * "as NAME" (the name the document used), "role: ...", "how: ..." (any of the
 * keys may have the colon), each once; a part without a key is how where its
 * first word is a verb of reporting (told, briefed, said, claimed, accused,
 * ...; see chain.c), else role. A part with any of ; ( ) " has its text in
 * double quotes. Blank text is a chain without hops.
 *
 * The open form is a list of at most 16 maps
 *   {who: [name, ...], as, role, how, to, at, unnamed: true}
 * where only who is required and who has 1 to 16 names of at most 256 bytes.
 * All texts are one line: no control characters but tabs.
 */
#ifndef CORE_CHAIN_H
#define CORE_CHAIN_H

#include "core/hearsay.h"

enum {
	HEAR_CHAIN_HOPS = 16,
	HEAR_CHAIN_JOINT = 16,
	HEAR_NAME_BYTES = 256,
	HEAR_HOP_BYTES = 512, /* of as, role, how, to: each */
};

/* Parses one line into the open form. err->at points at the mistake. */
HEAR_CHECKED enum hear_code hear_chain_parse(struct hear_arena *arena,
					     struct hear_span text,
					     struct hear_value **out,
					     struct hear_err *err);

/* Takes what JSON or YAML may hold: one line of text; one hop as a map; or a
 * list whose items are hops, each a map (`who` one name as it is, or a list
 * of names) or a text with one hop as it stands in a line. Gives the open
 * form in values of its own, checked: known keys only, `at` a date
 * (core/when); empty texts are left out, so is `unnamed: false`. Failures
 * have the line and column of the part at fault. Text is not normalised
 * here. */
HEAR_CHECKED enum hear_code hear_chain_make(struct hear_arena *arena,
					    const struct hear_value *in,
					    struct hear_value **out,
					    struct hear_err *err);

/* One line that hear_chain_parse reads back to the same hops. */
void hear_chain_print(const struct hear_value *chain, struct hear_buffer *out);

/* The last hop, or NULL for an empty chain. */
const struct hear_value *hear_chain_origin(const struct hear_value *chain);

#endif
