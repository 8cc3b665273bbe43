/* SPDX-License-Identifier: ISC */
#include "core/dimension.h"
#include "core/bytes.h"
#include "core/measure.h"

struct conversion {
	const char *unit;
	const char *dimension;
	const char *basis;
	const char *factor;
	bool adds_up;
};

static const struct conversion conversions[] = {
	{"%", "share", "%", "1", false},
	{"m", "length", "m", "1", true},
	{"km", "length", "m", "1000", true},
	{"cm", "length", "m", "0.01", true},
	{"mm", "length", "m", "0.001", true},
	{"mi", "length", "m", "1609.344", true},
	{"nmi", "length", "m", "1852", true},
	{"ft", "length", "m", "0.3048", true},
	{"inch", "length", "m", "0.0254", true},
	{"yd", "length", "m", "0.9144", true},
	{"kg", "mass", "kg", "1", true},
	{"g", "mass", "kg", "0.001", true},
	{"mg", "mass", "kg", "0.000001", true},
	{"t", "mass", "kg", "1000", true},
	{"lb", "mass", "kg", "0.45359237", true},
	{"oz", "mass", "kg", "0.028349523125", true},
	{"m2", "area", "m2", "1", true},
	{"km2", "area", "m2", "1000000", true},
	{"ha", "area", "m2", "10000", true},
	{"mi2", "area", "m2", "2589988.110336", true},
	{"acre", "area", "m2", "4046.8564224", true},
	{"m3", "volume", "m3", "1", true},
	{"l", "volume", "m3", "0.001", true},
	{"ml", "volume", "m3", "0.000001", true},
	{"km/h", "speed", "km/h", "1", false},
	{"m/s", "speed", "km/h", "3.6", false},
	{"mph", "speed", "km/h", "1.609344", false},
	{"knot", "speed", "km/h", "1.852", false},
	{"°F", "temperature", "°F", "1", false},
	{"°C", "temperature", "°F", "1.8", false},
	{"kW", "power", "kW", "1", true},
	{"MW", "power", "kW", "1000", true},
	{"GW", "power", "kW", "1000000", true},
	{"kWh", "energy", "kWh", "1", true},
	{"MWh", "energy", "kWh", "1000", true},
	{"GWh", "energy", "kWh", "1000000", true},
	{"TWh", "energy", "kWh", "1000000000", true},
	{"MB", "data", "MB", "1", true},
	{"GB", "data", "MB", "1000", true},
	{"TB", "data", "MB", "1000000", true},
	{"seconds", "time", "seconds", "1", true},
	{"minutes", "time", "seconds", "60", true},
	{"hours", "time", "seconds", "3600", true},
	{"days", "time", "seconds", "86400", true},
	{"weeks", "time", "seconds", "604800", true},
	{"months", "calendar time", "months", "1", true},
	{"years", "calendar time", "months", "12", true},
	{"decades", "calendar time", "months", "120", true},
};

struct hear_dimension hear_dimension_of(struct hear_span unit)
{
	struct hear_dimension out = {unit, unit, hear_decimal_of(1),
				     hear_decimal_of(0), true};
	size_t i;

	if (unit.size == 0)
		return out;
	for (i = 0; i < sizeof conversions / sizeof *conversions; i++) {
		const struct conversion *known = &conversions[i];

		if (!hear_span_is(unit, known->unit))
			continue;
		out.name = hear_span_of(known->dimension);
		out.basis = hear_span_of(known->basis);
		out.adds_up = known->adds_up;
		if (hear_span_is(unit, "°C"))
			out.offset = hear_decimal_of(32);
		if (hear_decimal_parse(hear_span_of(known->factor), &out.factor,
				       NULL) != HEAR_OK)
			break; /* never: the table is right */
		return out;
	}
	out.adds_up = hear_unit_is_currency(unit);
	return out;
}
