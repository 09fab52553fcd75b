import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { blockHolds, firstOf, formatAddress, parseAddress, parseBlock, unfitAs, unusableAs } from "./address.ts";

const four = fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 255 })));

describe("addresses", () => {
  it("of four decimal parts are read as the number they are, and written the same", () => {
    fc.assert(
      fc.property(four, (parts) => {
        const text = parts.join(".");
        const address = parseAddress(text);
        expect(address).toEqual({ version: 4, value: BigInt(parts.reduce((value, part) => value * 256 + part, 0)) });
        if (address !== undefined) expect(formatAddress(address)).toBe(text);
      }),
    );
  });

  it("of IPv6 are the same in every spelling", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const address = parseAddress(text);
        if (address === undefined) throw new Error(`${text} was not read`);
        const usual = formatAddress(address);
        expect(usual).toMatch(/^[0-9a-f:]+$/);
        expect(parseAddress(usual)).toEqual(address);
        expect(parseAddress(text.toUpperCase())).toEqual(address);
      }),
    );
    expect(formatAddress({ version: 6, value: 1n })).toBe("::1");
  });

  it.each([
    ...[
      "",
      "10",
      "10.0.0",
      "10.0.0.0.0",
      "10.0.0.256",
      "10.0.0.-1",
      "10.0.0.1 ",
      " 10.0.0.1",
      "010.0.0.1",
      "10.0.0.01",
    ],
    ...[
      "10..0.1",
      ".10.0.0.1",
      "10.0.0.1.",
      "0x0a.0.0.1",
      "a.b.c.d",
      "10.0.0.1/24",
      ":",
      ":::",
      "fe80::1%eth0",
      "1::2::3",
    ],
    ...["12345::", "dhcp", "1e1.0.0.0", "١.0.0.0", `${"0:".repeat(40)}1`],
  ])("are not %j", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe("blocks", () => {
  it("hold exactly the addresses from their first to their last", () => {
    fc.assert(
      fc.property(four, fc.integer({ min: 0, max: 32 }), four, (parts, prefix, others) => {
        const block = parseBlock(`${parts.join(".")}/${prefix}`);
        const other = parseAddress(others.join("."));
        if (block === undefined || other === undefined) throw new Error("expected a block and an address");
        expect(block.last - block.first + 1n).toBe(2n ** BigInt(32 - prefix));
        expect(block.first % 2n ** BigInt(32 - prefix)).toBe(0n);
        expect(blockHolds(block, other)).toBe(firstOf(other, prefix) === block.first);
      }),
    );
  });

  it("tell whether they were written with bits beyond the prefix", () => {
    expect(parseBlock("10.1.0.0/24")?.hasHostBits).toBe(false);
    expect(parseBlock("10.1.0.5/24")?.hasHostBits).toBe(true);
    expect(parseBlock("fd00::1/64")).toMatchObject({ version: 6, prefix: 64, hasHostBits: true });
  });

  it("hold no address of the other protocol", () => {
    const block = parseBlock("::/0");
    const address = parseAddress("10.0.0.1");
    if (block === undefined || address === undefined) throw new Error("expected a block and an address");
    expect(blockHolds(block, address)).toBe(false);
  });

  it.each([
    "10.1.0.0",
    "10.1.0.0/",
    "10.1.0.0/33",
    "10.1.0.0/-1",
    "10.1.0.0/024",
    "/24",
    "fd00::/129",
    "10.1/16",
    "x/8",
  ])("are not %j", (text) => {
    expect(parseBlock(text)).toBeUndefined();
  });

  it.each([
    ["10.0.0.0/24", "10.0.0.0", "network"],
    ["10.0.0.0/24", "10.0.0.255", "broadcast"],
    ["10.0.0.0/24", "10.0.0.1", undefined],
    ["10.0.0.0/31", "10.0.0.0", undefined],
    ["10.0.0.0/32", "10.0.0.0", undefined],
    ["fd00::/64", "fd00::", "subnet-router"],
    ["fd00::/64", "fd00::ffff:ffff:ffff:ffff", undefined],
    ["fd00::/127", "fd00::", undefined],
    ["fd00::/64", "10.0.0.0", undefined],
  ])("%s has %s as its %s address", (block, address, use) => {
    const [read, at] = [parseBlock(block), parseAddress(address)];
    if (read === undefined || at === undefined) throw new Error("expected a block and an address");
    expect(unusableAs(read, at)).toBe(use);
  });
});

describe("addresses that fit no machine", () => {
  it.each([
    ["0.0.0.0", "unspecified"],
    ["127.0.0.1", "loopback"],
    ["169.254.1.1", "link-local"],
    ["224.0.0.1", "multicast"],
    ["239.255.255.255", "multicast"],
    ["255.255.255.255", "reserved"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["::ffff:10.0.0.1", "IPv4-mapped"],
    ["fe80::1", "link-local"],
    ["ff02::1", "multicast"],
    ["10.0.0.1", undefined],
    ["169.253.255.255", undefined],
    ["223.255.255.255", undefined],
    ["fd00::1", undefined],
    ["2001:db8::1", undefined],
  ])("%s is %s", (text, use) => {
    const address = parseAddress(text);
    if (address === undefined) throw new Error("expected an address");
    expect(unfitAs(address)).toBe(use);
  });
});
