/* versions.h - whether a document was changed between captures, where finding
 * needs it. The call that tells how is in hearsay.h.
 */
#ifndef CORE_VERSIONS_H
#define CORE_VERSIONS_H

#include "core/reader.h"

/* Whether live captures of the document have two or more different sha256.
 * Looked up once a document. */
HEAR_CHECKED enum hear_code hear_document_edited(struct hear_reader *reader,
						 struct hear_span document,
						 bool *out,
						 struct hear_err *err);

#endif
