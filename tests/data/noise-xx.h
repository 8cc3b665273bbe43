/* noise-xx.h - a public test vector of Noise_XX_25519_ChaChaPoly_BLAKE2b.
 *
 * Values that several implementations check themselves against, in hex.
 * Messages alternate, the initiator's first: three of the handshake, then
 * three of transport.
 */
#ifndef TESTS_DATA_NOISE_XX_H
#define TESTS_DATA_NOISE_XX_H

#define NOISE_XX_PROLOGUE \
	"4a6f686e2047616c74"
#define NOISE_XX_INITIATOR_STATIC \
	"e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1"
#define NOISE_XX_INITIATOR_EPHEMERAL \
	"893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a"
#define NOISE_XX_RESPONDER_STATIC \
	"4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893"
#define NOISE_XX_RESPONDER_EPHEMERAL \
	"bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b"
#define NOISE_XX_HASH \
	"8cf47d7b3cb5804c0109d48e8bcdbee2cbb65687d8ea2c92994ca361fb86151a" \
	"d93627b98936cbb32de56e8abb21def3925011ac3e35db9cbeea73ab9a4392c2"

static const struct {
	const char *payload;
	const char *message;
} noise_xx[6] = {
	{"4c756477696720766f6e204d69736573",
	 "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
	 "4c756477696720766f6e204d69736573"},
	{"4d757272617920526f746862617264",
	 "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
	 "0505b6745ce64a5f33f0e8e3b83f11ce8802bca507f4f2d8b564dbe277e19661"
	 "16e132faa2dfd70b8b077b9f94b913df5056ae1319469b824a98d54bbaa82c32"
	 "5595587064f978c4b6d104f7596e6f"},
	{"462e20412e20486179656b",
	 "99579e1c1ee15e422a57ddd6b16d37087b17558e8369c18991b4b2ca3a824abf"
	 "904cdcf5458b5431a75af034ca9e9b982de039eaaf156775e2d580cd4e5ebae8"
	 "9c3f8cb2594b556d8a8169"},
	{"4361726c204d656e676572",
	 "fc56eea290b3f3a21aac0c70cd5787b5ee99be37d2f4d751329b55"},
	{"4a65616e2d426170746973746520536179",
	 "bb31c9da10d5639a4cdb88a12f5c61de41bbc7df09bf75d94f8184fe4157f5c6"
	 "8f"},
	{"457567656e2042f6686d20766f6e2042617765726b",
	 "f6199cadb152fb27f82be0a0891ec76a33598ae92a46cab2fb5a8ed5bf48b7f2"
	 "67f8370af7"},
};

#endif
