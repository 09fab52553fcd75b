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

/** An item as the head has it, and what was found about it. */
export interface EarlierItem {
  readonly known: StoredItem | undefined;
  readonly findings: readonly FindingRow[];
}

/** Pseudo-inputs that changed with an item: those effective items are made from, and those rules and checks look at. */
export interface PseudoChanges {
  readonly inputs: readonly string[];
  readonly looks: readonly string[];
}

/** What else changed when an item came, changed or went. `mayBeOnly` says of a kind whether there may be no other item of it. */
export function pseudoChanges(
  earlier: EarlierItem,
  now: SliceItem,
  mayBeOnly: (kind: string) => boolean,
): PseudoChanges {
  const before = earlier.known?.item;
  const after = now.effective;
  const { kind } = before ?? after ?? { kind: "" };
  if (kind === "") return { inputs: [], looks: [] };
  const looks = [membersInput(kind)];
  if ((before === undefined) !== (after === undefined)) {
    looks.push(namesInput(kind));
    if (mayBeOnly(kind)) looks.push(anyInput(kind));
  }
  const [above, then] = [new Set(earlier.known?.ancestors ?? []), new Set(now.ancestors)];
  for (const each of above.symmetricDifference(then)) looks.push(childrenInput(each));
  const [wasWhole, lost] = [earlier.known?.whole ?? true, lossText(earlier.findings.map(({ body }) => body))];
  if (wasWhole !== now.whole || lost !== lossText(now.findings.map(({ diagnostic }) => diagnostic)))
    looks.push(WHOLE_INPUT);
  return { inputs: kind === "Network" ? domainChanges(before, after) : [], looks };
}

/** Whether others see an item otherwise than before, though none of its inputs changed. */
export function looksOtherwise(earlier: EarlierItem, now: SliceItem, isSameTree: boolean): boolean {
  const lost = lossText(earlier.findings.map(({ body }) => body));
  return (
    !isSameTree ||
    earlier.known?.whole !== now.whole ||
    lost !== lossText(now.findings.map(({ diagnostic }) => diagnostic))
  );
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
