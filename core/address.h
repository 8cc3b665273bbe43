/* address.h - one spelling for the address of a document.
 *
 * Two analysts who read the same page paste different bytes: another case,
 * the port, a tracking parameter, the paragraph they were at. They are made
 * equal by RFC 3986, section 6, and a list of parameters that only say who
 * followed the link. Nothing is fetched and no host name is looked up.
 */
#ifndef CORE_ADDRESS_H
#define CORE_ADDRESS_H

#include "core/hearsay.h"

/* Gives the normal form of `text` in `arena`; normal forms stay as they are.
 *
 * scheme://... : scheme and host in lower case; an empty or default port, the
 * fragment and dot segments are taken out; an empty path is "/"; what needs no
 * percent-encoding is decoded, what needs it is encoded (so an address copied
 * with or without its Cyrillic spelled out is the same one); utm_*, fbclid,
 * gclid, mc_cid, mc_eid, igshid, yclid, msclkid and ref_src are dropped, other
 * parameters stay in order.
 *
 * Anything else is a key that somebody declared ("box 12, memo 3") and is only
 * trimmed: "www.example.com/a" is a key too, and keeps its capitals.
 *
 * HEAR_INVALID: empty, ill-formed UTF-8, a control character, a blank within
 * an address, no host where the scheme needs one, a user name or password (it
 * would be replicated), a port that is none. HEAR_LIMIT: over
 * HEAR_ADDRESS_BYTES, before or after. err->at counts from the beginning of
 * `text`.
 */
HEAR_CHECKED enum hear_code hear_address_normal(struct hear_arena *arena,
						struct hear_span text,
						struct hear_span *out,
						struct hear_err *err);

#endif
