import { expect, test } from "vitest";
import { fc } from "../../../test/support/property.ts";
import { contains, formatAddress, formatBlock, hostBounds, overlaps, parseAddress, parseBlock } from "./address.ts";

test.each([
  ["10.98.0.5/24", "10.98.0.0/24"],
  ["10.98.0.5/32", "10.98.0.5/32"],
  ["0.0.0.0/0", "0.0.0.0/0"],
  ["2001:db8::1/64", "2001:db8::/64"],
])("%s is the network %s", (source, canonical) => {
  const block = parseBlock(source);
  expect(block && formatBlock(block)).toBe(canonical);
});

test.each([
  "10.0.0.0",
  "10.0.0.0/33",
  "10.0.0/24",
  "x/8",
  "10.0.0.256/24",
  "::/129",
  "010.0.0.1/24",
  "fe80::1%eth0/64",
])("%s is no network", (source) => {
  expect(parseBlock(source)).toBeUndefined();
});

test("an address survives being written and read", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (source) => {
      const address = parseAddress(source);
      if (address === undefined) return;
      expect(parseAddress(formatAddress(address))).toEqual(address);
    }),
  );
});

test("a network holds its own addresses, and overlaps its neighbours in neither direction", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 1, max: 30 }), (source, prefix) => {
      const block = parseBlock(`${source}/${prefix}`);
      const address = parseAddress(source);
      if (block === undefined || address === undefined) throw new Error("an IPv4 address was not read");
      const { first, last } = hostBounds(block);
      const size = block.last - block.first + 1n;
      const next = { ...block, first: block.first + size, last: block.last + size };
      expect(contains(block, address)).toBe(true);
      expect(last - first).toBe(size - 3n);
      expect(overlaps(block, block)).toBe(true);
      expect(overlaps(block, next) || overlaps(next, block)).toBe(false);
    }),
  );
});
