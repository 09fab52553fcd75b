import type { Severity } from "../design/diagnostic.ts";
import type { EffectiveItem } from "../design/effective-item.ts";
import { ENGINE_RULES } from "../design/engine-rules.ts";
import type { Evaluation } from "../design/evaluate-design.ts";
import { UnknownPathError } from "../design/explanation.ts";
import { FieldPathError, parseFieldPath } from "../design/field-path.ts";
import type { KindSchema } from "../design/kind-schema.ts";
import { followPath } from "../design/schema-path.ts";
import { suggest } from "../text/suggest.ts";
import { type CelProgram, compileCel } from "./cel-program.ts";
import { CHECK_RULES } from "./check-rule-texts.ts";
import { DECLARED_RULES } from "./declared-rule-texts.ts";
import { PLUGIN_RULES } from "./plugin-rule-texts.ts";
import type { Finding } from "./rule.ts";
import { groupRules, itemRules } from "./rules.ts";
import { textAt, textsAt } from "./tree-access.ts";

/** An item of kind Rule, read: what it checks, and what is wrong with it. */
export interface ReadRule {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
  readonly field?: string;
  /** Absent when the rule can't be run. */
  readonly program?: CelProgram;
  readonly findings: readonly Finding[];
}

/** Reads and compiles a rule. */
export function readRule({ name, tree }: EffectiveItem, { kinds }: Pick<Evaluation, "kinds">): ReadRule {
  const named = textsAt(tree, "kinds");
  const schemas = named.flatMap((kind) => kinds.get(kind) ?? []);
  const check = textAt(tree, "check");
  const message = textAt(tree, "message");
  const field = textAt(tree, "field");
  const findings = [
    ...faultOfName(name),
    ...faultsOfKinds(named, kinds),
    ...(check === undefined ? [missing("check", "an expression that is true for an item that is right")] : []),
    ...(message === undefined ? [missing("message", "what is wrong with an item for which it isn't")] : []),
    ...(field === undefined ? [] : faultOfField(field, schemas)),
  ];
  const compiled = check === undefined ? undefined : compileCel(check, fieldsOf(schemas));
  if (compiled !== undefined && "message" in compiled) findings.push(faultOfCheck(compiled));
  const program = compiled !== undefined && "run" in compiled ? compiled : undefined;
  return {
    ...{ name, kinds: named, findings },
    severity: (textAt(tree, "severity") ?? "error") as Severity,
    message: message ?? "",
    hint: textAt(tree, "hint") ?? `see rule ${name} of the design`,
    ...(field !== undefined && { field }),
    ...(program !== undefined && message !== undefined && RULE_ID.test(name) && { program }),
  };
}

function missing(field: string, what: string): Finding {
  return { message: `found a rule without ${field}`, hint: `add ${field}:, ${what}` };
}

/** A finding's rule is kebab-case in every contract and report. */
const RULE_ID = /^(?=.{1,64}$)[a-z0-9]+(-[a-z0-9]+)*$/;

function faultOfName(name: string): readonly Finding[] {
  if (!RULE_ID.test(name)) {
    const message = `found the name ${JSON.stringify(name)}, expected small letters, digits and single "-", at most 64`;
    return [{ message, hint: "findings name the rule: give it a name such as no-odd-vlans" }];
  }
  if (!isBuiltIn(name)) return [];
  return [
    { message: `${name} is the name of a built-in rule`, hint: "findings name the rule: give it a name of its own" },
  ];
}

function isBuiltIn(id: string): boolean {
  const texts = [ENGINE_RULES, CHECK_RULES, DECLARED_RULES, PLUGIN_RULES];
  return (
    [...itemRules, ...groupRules].some((rule) => rule.id === id) || texts.some((rules) => Object.hasOwn(rules, id))
  );
}

function faultsOfKinds(named: readonly string[], kinds: ReadonlyMap<string, KindSchema>): readonly Finding[] {
  if (named.length === 0) return [missing("kinds", "such as [Node]")];
  return named.flatMap((kind) => {
    if (kinds.has(kind)) return [];
    const near = suggest(kind, kinds.keys());
    const hint = near === undefined ? `kinds are ${[...kinds.keys()].sort().join(", ")}` : `did you mean ${near}?`;
    return [{ field: `kinds[${JSON.stringify(kind)}]`, message: `there is no kind ${JSON.stringify(kind)}`, hint }];
  });
}

/** A path that only some of the kinds have is sound; findings about the others stand at the nearest thing around it. */
function faultOfField(field: string, schemas: readonly KindSchema[]): readonly Finding[] {
  let fault: Finding | undefined;
  try {
    const steps = parseFieldPath(field);
    for (const schema of schemas) {
      try {
        followPath(steps, schema, {});
        return [];
      } catch (error) {
        if (!(error instanceof UnknownPathError)) throw error;
        const hint = error.suggestion === undefined ? "name a field of the kind" : `did you mean ${error.suggestion}?`;
        fault = { field: "field", message: error.message, hint };
      }
    }
  } catch (error) {
    if (!(error instanceof FieldPathError)) throw error;
    fault = { field: "field", message: error.message, hint: 'write a path such as interfaces["bond0"].mtu' };
  }
  return fault === undefined ? [] : [fault];
}

function faultOfCheck({ message, line, column }: { message: string; line?: number; column?: number }): Finding {
  const place = line === undefined ? "" : `line ${line}, column ${column}: `;
  return { field: "check", message: `the expression can't be read: ${place}${message}`, hint: HINT };
}

const HINT =
  'write CEL, such as has(spec.mtu) && spec.mtu <= 9000; it knows kind, name, spec and lookup("Kind", "name")';

/** Top-level fields of any of the kinds; undefined when nothing is known of those of one. */
function fieldsOf(schemas: readonly KindSchema[]): ReadonlySet<string> | undefined {
  if (schemas.length === 0 || schemas.some(({ message }) => message.fields.size === 0)) return undefined;
  return new Set(schemas.flatMap(({ message }) => [...message.fields.keys()]));
}
