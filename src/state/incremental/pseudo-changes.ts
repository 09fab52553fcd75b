import type { EffectiveItem } from "../../design/effective-item.ts";
import type { SliceItem } from "../../design/evaluate-slice.ts";
import {
  anyInput,
  childrenInput,
  membersInput,
  namesInput,
  routeDomainInput,
  WHOLE_INPUT,
} from "../../design/pseudo-inputs.ts";
import type { StoredItem } from "./answer-questions.ts";
import type { FindingRow } from "./finding-rows.ts";
import { mattersToOthers } from "./head-facts.ts";

/** Pseudo-inputs that changed with an item: those effective items are made from, and those rules and checks look at. */
export interface PseudoChanges {
  readonly inputs: readonly string[];
  readonly looks: readonly string[];
}

/** What else changed when an item came, changed or went. `mayBeOnly` says of a kind whether there may be no other item of it. */
export function pseudoChanges(
  earlier: StoredItem | undefined,
  now: SliceItem,
  mayBeOnly: (kind: string) => boolean,
): PseudoChanges {
  const before = earlier?.item;
  const after = now.effective;
  const { kind } = before ?? after ?? { kind: "" };
  if (kind === "") return { inputs: [], looks: [] };
  const looks = [membersInput(kind)];
  if ((before === undefined) !== (after === undefined)) {
    looks.push(namesInput(kind));
    if (mayBeOnly(kind)) looks.push(anyInput(kind));
  }
  const [above, then] = [new Set(earlier?.ancestors ?? []), new Set(now.ancestors)];
  for (const each of above.symmetricDifference(then)) looks.push(childrenInput(each));
  if (losesOtherwise(earlier, now)) looks.push(WHOLE_INPUT);
  return { inputs: kind === "Network" ? domainChanges(before, after) : [], looks };
}

/** Whether others see an item otherwise than before, though none of its inputs changed. */
export function looksOtherwise(earlier: StoredItem | undefined, now: SliceItem, isSameTree: boolean): boolean {
  return !isSameTree || losesOtherwise(earlier, now);
}

/** Whether something of an item is lost that wasn't, or found again. */
function losesOtherwise(earlier: StoredItem | undefined, now: SliceItem): boolean {
  if ((earlier?.whole ?? true) !== now.whole) return true;
  const before = (earlier?.findings ?? []).map(({ body }) => body);
  return lossText(before) !== lossText(now.findings.map(({ diagnostic }) => diagnostic));
}

function lossText(findings: readonly FindingRow["body"][]): string {
  const losses = findings
    .filter(mattersToOthers)
    .map(({ rule, severity, field }) => [rule, severity, field ?? ""].join(" "));
  return losses.sort().join("\n");
}

function domainChanges(before: EffectiveItem | undefined, after: EffectiveItem | undefined): readonly string[] {
  const [one, other] = [membership(before), membership(after)];
  if (one?.domain === other?.domain && one?.cidr === other?.cidr) return [];
  return [one, other].flatMap((each) => (each === undefined ? [] : [routeDomainInput(each.domain)]));
}

function membership(item: EffectiveItem | undefined): { readonly domain: string; readonly cidr: string } | undefined {
  const { route_domain: domain, cidr } = item?.tree ?? {};
  return typeof domain === "string" && typeof cidr === "string" ? { domain, cidr } : undefined;
}
