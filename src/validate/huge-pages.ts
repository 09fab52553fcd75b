const units: ReadonlyMap<string, bigint> = new Map([
  ["K", 2n ** 10n],
  ["M", 2n ** 20n],
  ["G", 2n ** 30n],
]);

/** Page sizes of each architecture, in bytes. */
const pageSizes: ReadonlyMap<string, readonly string[]> = new Map([
  ["amd64", ["2M", "1G"]],
  ["arm64", ["64K", "2M", "32M", "512M", "1G", "16G"]],
  ["ppc64el", ["2M", "16M", "1G", "16G"]],
  ["s390x", ["1M", "2G"]],
]);

/** The bytes of a page size as the kernel reads it, such as 2M or 1G; undefined for anything else. */
export function pageBytes(size: string): bigint | undefined {
  const [, digits, unit = ""] = /^(\d{1,9})([KMG])$/i.exec(size) ?? [];
  const factor = units.get(unit.toUpperCase());
  return digits === undefined || factor === undefined ? undefined : BigInt(digits) * factor;
}

/** The page sizes an architecture has, as they are written; undefined for one nobody knows. */
export function pageSizesOf(architecture: string | undefined): readonly string[] | undefined {
  return pageSizes.get(architecture ?? "amd64");
}
