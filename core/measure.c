/* SPDX-License-Identifier: ISC */
#include "core/measure.h"
#include "core/bytes.h"

#include <string.h>

enum { FOLDED_FROM = 4 }; /* letters, from which case does not matter */

struct spelling {
	const char *said;
	const char *unit;
};

/* No entry for what is counted, which is no unit, nor for words that mean two
 * things: "pounds", "in", "foot" (soldiers), "barrel" (bombs). */
static const struct spelling units[] = {
	{"%", "%"},
	{"percent", "%"},
	{"per cent", "%"},
	{"pct", "%"},
	{"pp", "pp"},
	{"percentage points", "pp"},
	{"percentage point", "pp"},
	{"km", "km"},
	{"Km", "km"},
	{"KM", "km"},
	{"kms", "km"},
	{"kilometres", "km"},
	{"kilometre", "km"},
	{"kilometers", "km"},
	{"kilometer", "km"},
	{"m", "m"},
	{"metres", "m"},
	{"metre", "m"},
	{"meters", "m"},
	{"meter", "m"},
	{"cm", "cm"},
	{"centimetres", "cm"},
	{"centimetre", "cm"},
	{"centimeters", "cm"},
	{"centimeter", "cm"},
	{"mm", "mm"},
	{"millimetres", "mm"},
	{"millimetre", "mm"},
	{"millimeters", "mm"},
	{"millimeter", "mm"},
	{"mi", "mi"},
	{"miles", "mi"},
	{"mile", "mi"},
	{"nmi", "nmi"},
	{"nautical miles", "nmi"},
	{"nautical mile", "nmi"},
	{"ft", "ft"},
	{"feet", "ft"},
	{"inch", "inch"},
	{"inches", "inch"},
	{"yd", "yd"},
	{"yards", "yd"},
	{"yard", "yd"},
	{"kg", "kg"},
	{"Kg", "kg"},
	{"KG", "kg"},
	{"kilograms", "kg"},
	{"kilogram", "kg"},
	{"kilogrammes", "kg"},
	{"kilogramme", "kg"},
	{"kilos", "kg"},
	{"kilo", "kg"},
	{"g", "g"},
	{"grams", "g"},
	{"gram", "g"},
	{"grammes", "g"},
	{"gramme", "g"},
	{"mg", "mg"},
	{"milligrams", "mg"},
	{"milligram", "mg"},
	{"t", "t"},
	{"tonnes", "t"},
	{"tonne", "t"},
	{"metric tons", "t"},
	{"metric ton", "t"},
	{"ton", "ton"},
	{"tons", "ton"},
	{"kt", "kt"},
	{"kilotons", "kt"},
	{"kiloton", "kt"},
	{"kilotonnes", "kt"},
	{"kilotonne", "kt"},
	{"lb", "lb"},
	{"lbs", "lb"},
	{"oz", "oz"},
	{"ounces", "oz"},
	{"ounce", "oz"},
	{"l", "l"},
	{"L", "l"},
	{"litres", "l"},
	{"litre", "l"},
	{"liters", "l"},
	{"liter", "l"},
	{"ml", "ml"},
	{"millilitres", "ml"},
	{"milliliters", "ml"},
	{"gallon", "gallon"},
	{"gallons", "gallon"},
	{"barrels", "barrels"},
	{"bbl", "barrels"},
	{"ha", "ha"},
	{"hectares", "ha"},
	{"hectare", "ha"},
	{"acre", "acre"},
	{"acres", "acre"},
	{"km2", "km2"},
	{"km²", "km2"},
	{"sq km", "km2"},
	{"sq. km", "km2"},
	{"square km", "km2"},
	{"square kilometres", "km2"},
	{"square kilometre", "km2"},
	{"square kilometers", "km2"},
	{"square kilometer", "km2"},
	{"m2", "m2"},
	{"m²", "m2"},
	{"sq m", "m2"},
	{"sq. m", "m2"},
	{"square metres", "m2"},
	{"square metre", "m2"},
	{"square meters", "m2"},
	{"square meter", "m2"},
	{"mi2", "mi2"},
	{"mi²", "mi2"},
	{"sq mi", "mi2"},
	{"sq. mi", "mi2"},
	{"square miles", "mi2"},
	{"square mile", "mi2"},
	{"m3", "m3"},
	{"m³", "m3"},
	{"cubic metres", "m3"},
	{"cubic metre", "m3"},
	{"cubic meters", "m3"},
	{"cubic meter", "m3"},
	{"°C", "°C"},
	{"° C", "°C"},
	{"℃", "°C"},
	{"degrees Celsius", "°C"},
	{"degrees C", "°C"},
	{"deg C", "°C"},
	{"°F", "°F"},
	{"° F", "°F"},
	{"℉", "°F"},
	{"degrees Fahrenheit", "°F"},
	{"degrees F", "°F"},
	{"deg F", "°F"},
	{"°", "°"},
	{"degrees", "°"},
	{"degree", "°"},
	{"km/h", "km/h"},
	{"kmh", "km/h"},
	{"kph", "km/h"},
	{"km per hour", "km/h"},
	{"kilometres per hour", "km/h"},
	{"kilometers per hour", "km/h"},
	{"mph", "mph"},
	{"miles per hour", "mph"},
	{"m/s", "m/s"},
	{"metres per second", "m/s"},
	{"meters per second", "m/s"},
	{"knot", "knot"},
	{"knots", "knot"},
	{"kW", "kW"},
	{"kilowatts", "kW"},
	{"MW", "MW"},
	{"megawatts", "MW"},
	{"GW", "GW"},
	{"gigawatts", "GW"},
	{"kWh", "kWh"},
	{"kilowatt hours", "kWh"},
	{"MWh", "MWh"},
	{"megawatt hours", "MWh"},
	{"GWh", "GWh"},
	{"gigawatt hours", "GWh"},
	{"TWh", "TWh"},
	{"kV", "kV"},
	{"kilovolts", "kV"},
	{"MB", "MB"},
	{"megabytes", "MB"},
	{"GB", "GB"},
	{"gigabytes", "GB"},
	{"TB", "TB"},
	{"terabytes", "TB"},
	{"seconds", "seconds"},
	{"second", "seconds"},
	{"secs", "seconds"},
	{"sec", "seconds"},
	{"s", "seconds"},
	{"minutes", "minutes"},
	{"minute", "minutes"},
	{"mins", "minutes"},
	{"min", "minutes"},
	{"hours", "hours"},
	{"hour", "hours"},
	{"hrs", "hours"},
	{"hr", "hours"},
	{"h", "hours"},
	{"days", "days"},
	{"day", "days"},
	{"weeks", "weeks"},
	{"week", "weeks"},
	{"months", "months"},
	{"month", "months"},
	{"years", "years"},
	{"year", "years"},
	{"yrs", "years"},
	{"yr", "years"},
	{"decades", "decades"},
	{"decade", "decades"},
};

/* Signs and names of currencies; their codes stand below. "¥" and "pounds"
 * are missing, because they are two currencies each. */
static const struct spelling currencies[] = {
	{"$", "USD"},
	{"US$", "USD"},
	{"A$", "AUD"},
	{"C$", "CAD"},
	{"HK$", "HKD"},
	{"NZ$", "NZD"},
	{"€", "EUR"},
	{"£", "GBP"},
	{"₴", "UAH"},
	{"₽", "RUB"},
	{"₩", "KRW"},
	{"₹", "INR"},
	{"₺", "TRY"},
	{"₪", "ILS"},
	{"₸", "KZT"},
	{"₾", "GEL"},
	{"dollars", "USD"},
	{"dollar", "USD"},
	{"US dollars", "USD"},
	{"US dollar", "USD"},
	{"U.S. dollars", "USD"},
	{"U.S. dollar", "USD"},
	{"euros", "EUR"},
	{"euro", "EUR"},
	{"pounds sterling", "GBP"},
	{"hryvnias", "UAH"},
	{"hryvnia", "UAH"},
	{"hryvnas", "UAH"},
	{"hryvna", "UAH"},
	{"roubles", "RUB"},
	{"rouble", "RUB"},
	{"rubles", "RUB"},
	{"ruble", "RUB"},
	{"yuan", "CNY"},
	{"yen", "JPY"},
	{"zlotys", "PLN"},
	{"zloty", "PLN"},
};

/* ISO 4217. Any three capitals would take "3 UAV" for money. */
static const char codes[] =
	"AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD "
	"BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE "
	"CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF "
	"GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
	"KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD "
	"MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR "
	"PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK "
	"SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD "
	"TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER "
	"ZAR ZMW ZWG";

static const struct scale {
	const char *said;
	int64_t times;
	enum hear_scale_place place;
} scales[] = {
	{"dozen", 12, HEAR_SCALE_SPACED},
	{"hundred", 100, HEAR_SCALE_SPACED},
	{"thousand", 1000, HEAR_SCALE_SPACED},
	{"million", 1000000, HEAR_SCALE_SPACED},
	{"M", 1000000, HEAR_SCALE_SPACED},
	{"mn", 1000000, HEAR_SCALE_SPACED},
	{"mln", 1000000, HEAR_SCALE_SPACED},
	{"billion", 1000000000, HEAR_SCALE_SPACED},
	{"bn", 1000000000, HEAR_SCALE_SPACED},
	{"Bn", 1000000000, HEAR_SCALE_SPACED},
	{"bln", 1000000000, HEAR_SCALE_SPACED},
	{"trillion", 1000000000000, HEAR_SCALE_SPACED},
	{"tn", 1000000000000, HEAR_SCALE_SPACED},
	{"trn", 1000000000000, HEAR_SCALE_SPACED},
	{"k", 1000, HEAR_SCALE_GLUED},
	{"K", 1000, HEAR_SCALE_GLUED},
	{"m", 1000000, HEAR_SCALE_GLUED},
	{"b", 1000000000, HEAR_SCALE_MONEY},
	{"B", 1000000000, HEAR_SCALE_MONEY},
};

/* `of`: what it counts follows "of". */
static const struct vague {
	const char *word;
	bool of;
} vague_words[] = {
	{"some", false},
	{"several", false},
	{"few", false},
	{"a few", false},
	{"many", false},
	{"dozens", true},
	{"scores", true},
	{"tens", true},
	{"hundreds", true},
	{"thousands", true},
	{"millions", true},
	{"billions", true},
	{"tens of thousands", true},
	{"hundreds of thousands", true},
	{"tens of millions", true},
	{"hundreds of millions", true},
	{"a few dozen", false},
	{"a few hundred", false},
	{"a few thousand", false},
	{"a few million", false},
	{"several dozen", false},
	{"several hundred", false},
	{"several thousand", false},
	{"several million", false},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/* The first that begins `text`; the lists are short. */
static size_t character(struct hear_span text, const char *const *list)
{
	size_t size;

	for (; *list; list++) {
		size = strlen(*list);
		if (size <= text.size && memcmp(text.data, *list, size) == 0)
			return size;
	}
	return 0;
}

size_t hear_blank_at(struct hear_span text)
{
	static const char *const blanks[] = {
		" ",
		"\t",
		"\xC2\xA0",	/* no-break space */
		"\xE2\x80\x87", /* figure space */
		"\xE2\x80\x89", /* thin space */
		"\xE2\x80\xAF", /* narrow no-break space */
		NULL,
	};

	return text.size ? character(text, blanks) : 0;
}

size_t hear_dash_at(struct hear_span text)
{
	static const char *const dashes[] = {
		"-",
		"\xE2\x80\x90", /* hyphen */
		"\xE2\x80\x91", /* no-break hyphen */
		"\xE2\x80\x92", /* figure dash */
		"\xE2\x80\x93", /* en dash */
		"\xE2\x80\x94", /* em dash */
		"\xE2\x88\x92", /* minus sign */
		NULL,
	};

	return text.size ? character(text, dashes) : 0;
}

static bool word_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z');
}

/* By bytes: above ASCII all are letters but the blocks of signs, which begin
 * with C2 (Latin-1) and E2 80 .. E2 8B (punctuation, currencies, arrows,
 * mathematics). Bytes that are not UTF-8 are letters too: they are kept. */
bool hear_letter_at(struct hear_span text)
{
	unsigned char c = text.size ? (unsigned char)text.data[0] : 0;
	unsigned char next = text.size > 1 ? (unsigned char)text.data[1] : 0;

	if (c < 0x80)
		return word_byte((char)c);
	return c != 0xC2 && !(c == 0xE2 && next >= 0x80 && next <= 0x8B);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t blanks_at(struct hear_span text)
{
	size_t size = 0;
	size_t one;

	while ((one = hear_blank_at(hear_scan_after(text, size))))
		size += one;
	return size;
}

static size_t match(struct hear_span text, const char *phrase, bool folded)
{
	struct hear_span left = text;
	size_t size;

	for (; *phrase; phrase++) {
		if (left.size == 0)
			return 0;
		if (*phrase == ' ')
			size = blanks_at(left);
		else if (folded)
			size = lower(*left.data) == lower(*phrase);
		else
			size = *left.data == *phrase;
		if (size == 0)
			return 0;
		left = hear_scan_after(left, size);
	}
	/* "mi" does not begin "mines", but "%" may stand before anything. */
	if (word_byte(phrase[-1]) && hear_letter_at(left))
		return 0;
	return text.size - left.size;
}

size_t hear_phrase_match(struct hear_span text, const char *phrase)
{
	return match(text, phrase, true);
}

size_t hear_phrases_match(struct hear_span text, const char *const *phrases)
{
	size_t size;

	for (; *phrases; phrases++)
		if ((size = hear_phrase_match(text, *phrases)))
			return size;
	return 0;
}

/* "MM" is no millimetre, but "KILOMETRES" are kilometres. */
static size_t match_unit(struct hear_span text, const char *said)
{
	return match(text, said, strlen(said) >= FOLDED_FROM);
}

static size_t longest(struct hear_span text, const struct spelling *table,
		      size_t count, struct hear_span *unit)
{
	size_t best = 0;
	size_t size;
	size_t i;

	if (text.size == 0) /* as behind most figures */
		return 0;
	for (i = 0; i < count; i++) {
		size = match_unit(text, table[i].said);
		if (size > best) {
			best = size;
			*unit = hear_span_of(table[i].unit);
		}
	}
	return best;
}

/* The code that the first three bytes are; data is NULL for none. */
static struct hear_span code_at(struct hear_span text)
{
	size_t i;

	for (i = 0; text.size >= 3 && i < sizeof codes; i += 4)
		if (memcmp(codes + i, text.data, 3) == 0)
			return hear_span_make(codes + i, 3);
	return hear_span_make(NULL, 0);
}

size_t hear_unit_match(struct hear_span text, struct hear_span *unit)
{
	struct hear_span code = code_at(text);
	struct hear_span money;
	size_t size = longest(text, units, COUNT(units), unit);
	size_t other = longest(text, currencies, COUNT(currencies), &money);

	if (other > size) {
		*unit = money;
		return other;
	}
	if (size == 0 && code.size && !hear_letter_at(hear_scan_after(text, 3))) {
		*unit = code;
		return 3;
	}
	return size;
}

/* Two codes are words that headlines in capitals put before numbers. */
static bool headline(struct hear_span code)
{
	return hear_span_is(code, "ALL") || hear_span_is(code, "TOP");
}

size_t hear_currency_match(struct hear_span text, struct hear_span *unit)
{
	struct hear_span code = code_at(text);
	size_t size = longest(text, currencies, COUNT(currencies), unit);

	if (size == 0 && code.size && !headline(code)) {
		*unit = code;
		return 3;
	}
	return size;
}

bool hear_unit_is_currency(struct hear_span unit)
{
	return unit.size == 3 && code_at(unit).size == 3;
}

bool hear_unit_known(struct hear_span unit)
{
	size_t i;

	for (i = 0; i < COUNT(units); i++)
		if (hear_span_is(unit, units[i].unit))
			return true;
	return hear_unit_is_currency(unit);
}

size_t hear_scale_match(struct hear_span text, enum hear_scale_place place,
			int64_t *times)
{
	size_t best = 0;
	size_t size;
	size_t i;

	for (i = 0; i < COUNT(scales); i++) {
		size = match_unit(text, scales[i].said);
		if (scales[i].place <= place && size > best) {
			best = size;
			*times = scales[i].times;
		}
	}
	return best;
}

static const struct vague *find_vague(struct hear_span word)
{
	size_t i;

	for (i = 0; i < COUNT(vague_words); i++)
		if (hear_span_is(word, vague_words[i].word))
			return &vague_words[i];
	return NULL;
}

size_t hear_vague_match(struct hear_span text, struct hear_span *word)
{
	size_t best = 0;
	size_t size;
	size_t i;

	for (i = 0; i < COUNT(vague_words); i++) {
		size = hear_phrase_match(text, vague_words[i].word);
		if (size > best) {
			best = size;
			*word = hear_span_of(vague_words[i].word);
		}
	}
	return best;
}

bool hear_vague_known(struct hear_span word)
{
	return find_vague(word) != NULL;
}

bool hear_vague_takes_of(struct hear_span word)
{
	const struct vague *found = find_vague(word);

	return found && found->of;
}
