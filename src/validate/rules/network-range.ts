import type { EffectiveItem } from "../../design/effective-item.ts";
import type { TreeMap } from "../../design/tree.ts";
import { blockHolds, unusableAs } from "../address.ts";
import { MOST_RANGES, type NetworkPlan, type NetworkRange, networkPlan, rangeHolds } from "../network-plan.ts";
import type { Finding, ItemRule, RuleContext } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, textAt } from "../tree-access.ts";

/** Ranges lie inside their network, run forward, don't overlap, and leave what is in use alone. */
export const networkRange: ItemRule = {
  id: "network-range",
  severity: "error",
  summary:
    "A network's ranges have a type and two ends inside its cidr, begin before they end, and don't overlap; a dhcp range holds no gateway.",
  why: "A provisioner hands out what a dhcp range holds and leaves the rest alone, so a range with a wrong end gives machines addresses that are in use, or outside of the network. Ranges that overlap give one address two uses. A dhcp range holds neither a gateway nor the network or broadcast address.",
  kinds: ["Network"],
  check(item, context) {
    const plan = networkPlan(item);
    const findings: Finding[] = faultsOfCount(item);
    const earlier: NetworkRange[] = [];
    for (const range of plan.ranges) {
      const ends = faultsOfEnds(item, range, plan, context);
      findings.push(...ends);
      if (ends.length > 0 || range.first === undefined || range.last === undefined) continue;
      if (range.first.version !== range.last.version) {
        findings.push(faultOfProtocols(item, range));
        continue;
      }
      const found = faultOfExtent(item, range, earlier) ?? faultOfUse(item, range, plan);
      if (found !== undefined) findings.push(found);
      if (range.first.value <= range.last.value) earlier.push(range);
    }
    return findings;
  },
};

function faultsOfCount({ tree }: EffectiveItem): Finding[] {
  const count = membersAt(tree, "ranges").length;
  if (count <= MOST_RANGES) return [];
  const message = `the network has ${count} ranges, at most ${MOST_RANGES} are looked at: those from here on are not`;
  return [{ field: `ranges[${MOST_RANGES}]`, message, hint: "write ranges that lie beside each other as one" }];
}

function faultsOfEnds(item: EffectiveItem, range: NetworkRange, plan: NetworkPlan, context: RuleContext): Finding[] {
  const path = `ranges[${range.index}]`;
  const tree = membersAt(item.tree, "ranges")[range.index];
  const lacks = (field: string, hint: string): Finding[] =>
    context.isWhole(item, `${path}.${field}`)
      ? [{ field: path, message: `the range has no ${field}`, hint: `add ${field}: ${hint}` }]
      : [];
  const { block } = plan;
  if (block !== undefined && range.first !== undefined && range.last !== undefined) {
    const isOutside = !blockHolds(block, range.first) && !blockHolds(block, range.last);
    if (isOutside) return [faultOfWhole(item, range.index, tree)];
  }
  const ends = (["start", "end"] as const).flatMap((end): Finding[] => {
    const text = textAt(tree, end);
    const address = end === "start" ? range.first : range.last;
    const field = `${path}.${end}`;
    if (text === undefined) return lacks(end, "with an address");
    if (address === undefined)
      return [{ field, message: `${shown(text)} is no address`, hint: "write an IPv4 or IPv6 address" }];
    if (plan.block === undefined || blockHolds(plan.block, address)) return [];
    return [
      {
        field,
        message: `${text} is outside ${textAt(item.tree, "cidr")}`,
        hint: "give an address of the network",
        related: [{ kind: item.kind, name: item.name, field: "cidr", message: "the network's block" }],
      },
    ];
  });
  return [...(range.type === undefined ? lacks("type", "static, dhcp or reserved") : []), ...ends];
}

function faultOfWhole(item: EffectiveItem, index: number, range: TreeMap | undefined): Finding {
  const path = `ranges[${index}]`;
  const here = { kind: item.kind, name: item.name };
  return {
    field: `${path}.start`,
    message: `the range from ${textAt(range, "start")} to ${textAt(range, "end")} is outside ${textAt(item.tree, "cidr")}`,
    hint: "give a range of the network",
    related: [
      { ...here, field: "cidr", message: "the network's block" },
      { ...here, field: `${path}.end`, message: "the end" },
    ],
  };
}

function faultOfProtocols(item: EffectiveItem, { index }: NetworkRange): Finding {
  const path = `ranges[${index}]`;
  const related = [{ kind: item.kind, name: item.name, field: `${path}.start`, message: "the start" }];
  const message = "the range begins with an address of one protocol and ends with one of another";
  return { field: `${path}.end`, message, hint: "write two IPv4 or two IPv6 addresses", related };
}

function faultOfExtent(
  item: EffectiveItem,
  range: NetworkRange,
  earlier: readonly NetworkRange[],
): Finding | undefined {
  const { index, first, last } = range;
  if (first === undefined || last === undefined) return undefined;
  if (first.value > last.value) {
    return { field: `ranges[${index}].end`, message: "the range ends before it begins", hint: "swap start and end" };
  }
  const end = (field: string, other: NetworkRange): Finding => ({
    field: `ranges[${index}].${field}`,
    message: `the range overlaps that from ${rangeText(item, other)}`,
    hint: "give each address one use",
    related: [{ kind: item.kind, name: item.name, field: `ranges[${other.index}]`, message: "the other range" }],
  });
  const atStart = earlier.find((one) => rangeHolds(one, first));
  if (atStart !== undefined) return end("start", atStart);
  const atEnd = earlier.find((one) => rangeHolds(one, last));
  if (atEnd !== undefined) return end("end", atEnd);
  // One that lies inside is passed on the way to the end.
  const inside = earlier.find((one) => one.first !== undefined && rangeHolds(range, one.first));
  return inside === undefined ? undefined : end("end", inside);
}

function rangeText(item: EffectiveItem, { index }: NetworkRange): string {
  const tree = membersAt(item.tree, "ranges")[index];
  return `${textAt(tree, "start")} to ${textAt(tree, "end")}`;
}

/** What a DHCP server may not hand out. */
function faultOfUse(item: EffectiveItem, range: NetworkRange, { block, gateways }: NetworkPlan): Finding | undefined {
  if (range.type !== "dhcp") return undefined;
  const route = gateways.findIndex((gateway) => gateway !== undefined && rangeHolds(range, gateway));
  if (route >= 0) {
    return {
      field: `ranges[${range.index}]`,
      message: "the range holds a gateway of its network, which a DHCP server may hand out",
      hint: "leave the gateway out of the range",
      related: [{ kind: item.kind, name: item.name, field: `routes[${route}].gateway`, message: "the gateway" }],
    };
  }
  for (const [end, address] of [
    ["start", range.first],
    ["end", range.last],
  ] as const) {
    const use = block && address && unusableAs(block, address);
    if (use === undefined) continue;
    const message = `the range holds the ${use} address of its network`;
    return { field: `ranges[${range.index}].${end}`, message, hint: "leave it out of the range" };
  }
  return undefined;
}
