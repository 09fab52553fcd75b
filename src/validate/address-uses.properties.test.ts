import { describe, expect, it } from "vitest";
import { fc } from "../../test/support/property.ts";
import { type Block, formatAddress, parseAddress, parseBlock } from "./address.ts";
import {
  type AddressUse,
  compareUses,
  freeAddresses,
  networkUses,
  reachesInto,
  serviceUses,
  switchUses,
} from "./address-uses.ts";
import { numbersFrom } from "./intervals.ts";

function blockOf(cidr: string): Block {
  const block = parseBlock(cidr);
  if (block === undefined) throw new Error(`${cidr} is no block`);
  return block;
}

const told = (uses: readonly AddressUse[]) =>
  uses.map(({ first, last, purpose, kind, name, field }) => [
    `${formatAddress(first)}-${formatAddress(last)}`,
    purpose,
    `${kind}/${name}`,
    field,
  ]);

describe("what takes addresses", () => {
  const tree = {
    cidr: "10.0.0.0/24",
    routes: [
      { subnet: "0.0.0.0/0", gateway: "10.0.0.1" },
      { subnet: "10.9.0.0/16", gateway: "10.0.0.1" },
      { subnet: "10.8.0.0/16", gateway: "10.0.0.2" },
    ],
    ranges: [
      { type: "static", start: "10.0.0.10", end: "10.0.0.19" },
      { type: "dhcp", start: "10.0.0.100", end: "10.0.0.199" },
      { type: "reserved", start: "10.0.0.240", end: "10.0.1.3" },
      { type: "reserved", start: "10.0.2.0", end: "10.0.2.9" },
      { type: "reserved", start: "10.0.0.9", end: "10.0.0.3" },
    ],
    dns: { servers: ["10.0.0.53", "not an address"] },
    dhcp_relay: { self_ip: "10.0.0.3", upstream_target: "10.99.0.1" },
  };

  it("is told of a network with the field that says so", () => {
    expect(told(networkUses({ name: "mgmt", tree }, blockOf("10.0.0.0/24")))).toEqual([
      ["10.0.0.0-10.0.0.0", "network", "Network/mgmt", "cidr"],
      ["10.0.0.255-10.0.0.255", "network", "Network/mgmt", "cidr"],
      ["10.0.0.1-10.0.0.1", "gateway", "Network/mgmt", "routes[0].gateway"],
      ["10.0.0.2-10.0.0.2", "gateway", "Network/mgmt", "routes[2].gateway"],
      ["10.0.0.100-10.0.0.199", "dhcp", "Network/mgmt", "ranges[1]"],
      ["10.0.0.240-10.0.1.3", "reserved", "Network/mgmt", "ranges[2]"],
    ]);
    expect(told(serviceUses({ name: "mgmt", tree }))).toEqual([
      ["10.0.0.53-10.0.0.53", "service", "Network/mgmt", 'dns.servers["10.0.0.53"]'],
      ["10.0.0.3-10.0.0.3", "service", "Network/mgmt", "dhcp_relay.self_ip"],
      ["10.99.0.1-10.99.0.1", "service", "Network/mgmt", "dhcp_relay.upstream_target"],
    ]);
    const rack = { tor_switches: [{ name: "left", mgmt_ip: "10.0.0.4" }, { name: "right" }] };
    expect(told(switchUses({ name: "r1", tree: rack }))).toEqual([
      ["10.0.0.4-10.0.0.4", "switch", "Rack/r1", 'tor_switches["left"].mgmt_ip'],
    ]);
  });

  it("is nothing but machines in blocks of one or two addresses", () => {
    for (const cidr of ["10.0.0.4/32", "10.0.0.4/31", "2001:db8::/127", "2001:db8::1/128"])
      expect(networkUses({ name: "p2p", tree: {} }, blockOf(cidr))).toEqual([]);
    expect(told(networkUses({ name: "six", tree: {} }, blockOf("2001:db8::/64")))).toEqual([
      ["2001:db8::-2001:db8::", "network", "Network/six", "cidr"],
    ]);
  });
});

const blocks = fc.constantFrom("10.0.0.16/28", "10.0.0.8/30", "192.0.2.4/31", "2001:db8::40/122", "2001:db8::/127");

describe("free addresses", () => {
  it("are those of the block, or of its static ranges, that nothing takes: as counting them out finds", () => {
    const offset = fc.integer({ min: -4, max: 70 });
    const range = fc.tuple(fc.constantFrom("static", "dhcp", "reserved"), offset, offset);
    const input = [blocks, fc.array(range, { maxLength: 4 }), fc.array(offset, { maxLength: 6 })] as const;
    fc.assert(
      fc.property(...input, (cidr, ranges, given) => {
        const block = blockOf(cidr);
        const at = (from: number) => ({ version: block.version, value: block.first + BigInt(from) });
        const tree = {
          cidr,
          ranges: ranges.map(([type, start, end]) => ({
            type,
            start: formatAddress(at(start)),
            end: formatAddress(at(end)),
          })),
        };
        const nodes = given.map(
          (each): AddressUse => ({
            first: at(each),
            last: at(each),
            purpose: "node",
            kind: "Node",
            name: "n",
            field: "",
          }),
        );
        const uses = [...networkUses({ name: "x", tree }, block), ...nodes].sort(compareUses);
        const free = [...numbersFrom(freeAddresses(tree, block, uses), 0n)];

        const holds = ([, start, end]: (typeof ranges)[number], value: bigint) =>
          at(start).value <= value && value <= at(end).value;
        const inBlock: bigint[] = [];
        for (let value = block.first; value <= block.last; value++) inBlock.push(value);
        const statics = ranges.filter((each) => each[0] === "static" && inBlock.some((value) => holds(each, value)));
        const isMachines = (value: bigint) =>
          block.last - block.first < 2n || (value !== block.first && (block.version === 6 || value !== block.last));
        const expected = inBlock.filter(
          (value) =>
            isMachines(value) &&
            !given.some((each) => at(each).value === value) &&
            !ranges.some((each) => each[0] !== "static" && holds(each, value)) &&
            (statics.length === 0 || statics.some((each) => holds(each, value))),
        );
        expect(free).toEqual(expected);
        for (const use of uses) {
          const covers = inBlock.some((value) => use.first.value <= value && value <= use.last.value);
          expect(reachesInto(use, block)).toBe(covers);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("of a /64 are counted without going through them", () => {
    const block = blockOf("2001:db8::/64");
    const uses = networkUses({ name: "six", tree: {} }, block);
    const free = freeAddresses({}, block, uses);
    const [first] = numbersFrom(free, parseAddress("2001:db8::ffff")?.value ?? 0n);
    expect(formatAddress({ version: 6, value: first ?? 0n })).toBe("2001:db8::ffff");
  });
});
