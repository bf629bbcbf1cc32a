const GIGA = /(\d+(?:\.\d+)?)\s*GHz\b/gi;
const UNIT = /(-?\d+(?:\.\d+)?)\s*(?:dBm|MHz)\b/gi;

/** "-67.00 dBm" -> "-67.00", "2.412 GHz" -> "2412": numbers without their units. */
export function withoutUnits(text: string): string {
  return text
    .replaceAll(GIGA, (_, number: string) => String(Math.round(Number(number) * 1000)))
    .replaceAll(UNIT, '$1');
}

/** Programs say "-67.00" for whole numbers; what is stored is whole. */
export function rounded(text: string): string {
  const number = Number(text.trim().replace(/^[\u2212\u2013]/, '-'));
  return text.trim() !== '' && Number.isFinite(number) ? String(Math.round(number)) : text.trim();
}
