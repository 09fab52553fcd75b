import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import type { DesignValidatorService } from "../../gen/bedplate/design/v1/design_validator_service_pb.js";
import { type DiagnosticSchema, Severity } from "../../gen/bedplate/type/v1/diagnostic_pb.js";
import { builtInKinds } from "../design/built-in-kinds.ts";
import type { EffectiveItem } from "../design/effective-item.ts";
import { effectiveItemFromMessage } from "../design/from-message.ts";
import type { KindSchema } from "../design/kind-schema.ts";
import { diagnosticToMessage } from "../design/to-message.ts";
import { groupRules, itemRules } from "./rules.ts";
import { type ValidationInput, validateDesign } from "./validate-design.ts";

/** Most findings of one answer, as the contract has it. */
const MOST_FINDINGS = 10_000;

const severities = { error: Severity.ERROR, warning: Severity.WARNING, info: Severity.INFO } as const;

/**
 * Serves the built-in rules through their contract, and with them the rules that items of kind Rule in a request declare. Pure: the same items give the same
 * findings.
 */
export function createValidatorService(): Required<ServiceImpl<typeof DesignValidatorService>> {
  return {
    getValidatorInfo: () => ({
      name: "dev.bedplate.rules",
      rules: [...itemRules, ...groupRules].map(({ id, severity, summary, kinds }) => ({
        ...{ id, summary, severity: severities[severity], kinds: [...kinds] },
      })),
    }),
    validate: ({ items }) => {
      const { diagnostics } = validateDesign(inputOf(items.map(effectiveItemFromMessage)));
      return { diagnostics: withinBounds(diagnostics.map(diagnosticToMessage)) };
    },
  };
}

/** Items as validation takes them: whole, and from nowhere. */
function inputOf(items: readonly EffectiveItem[]): ValidationInput {
  const inOrder = items
    .map((item) => [`${item.kind}/${item.name}`, item] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    items: new Map(inOrder),
    diagnostics: [],
    kinds: new Map([...items.map(({ kind }) => [kind, anyFields(kind)] as const), ...builtInKinds()]),
    layers: [],
    ancestors: () => [],
    isWhole: () => true,
    locate: () => undefined,
    origin: () => undefined,
  };
}

/** A kind of a design's own, whose fields aren't known here. */
function anyFields(kind: string): KindSchema {
  return { kind, message: { name: kind, fields: new Map(), hasSecret: false } };
}

type Found = MessageInitShape<typeof DiagnosticSchema>;

function withinBounds(found: readonly Found[]): Found[] {
  if (found.length <= MOST_FINDINGS) return [...found];
  const kept = found.slice(0, MOST_FINDINGS - 1);
  const message = `found ${found.length - kept.length} more, an answer holds at most ${MOST_FINDINGS}`;
  return [...kept, { rule: "too-many-findings", severity: Severity.ERROR, message, hint: "send fewer items" }];
}
