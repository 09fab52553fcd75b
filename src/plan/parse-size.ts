const UNITS: Readonly<Record<string, number>> = {
  ...{ "": 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 },
  ...{ ki: 2 ** 10, mi: 2 ** 20, gi: 2 ** 30, ti: 2 ** 40 },
};

/** The bytes of a size with a unit such as "400g" (decimal) or "2gi" (binary), a trailing "b" allowed; undefined for other text. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit] = /^\s*(\d{1,15})\s*([kmgt]?i?)b?\s*$/i.exec(text) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit.toLowerCase()];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}
