import { describe, expect, it } from "vitest";
import { designDocuments } from "../../../test/support/design-documents.ts";
import { profileSpec, type Spec } from "../../../test/support/profile-specs.ts";
import { fc } from "../../../test/support/property.ts";
import { builtInKinds } from "../built-in-kinds.ts";
import { evaluateDesign } from "../evaluate-design.ts";
import type { FieldShape, MessageSchema, ScalarSchema } from "../kind-schema.ts";
import { suggestedLayer } from "../layer.ts";
import type { Tree } from "../tree.ts";

/** A built-in kind written as the JSON Schema of a custom one, with its merge keys. */
function asJsonSchema(message: MessageSchema): { readonly schema: Tree; readonly mergeKeys: Record<string, string> } {
  const mergeKeys: Record<string, string> = {};
  return { schema: ofMessage(message, []), mergeKeys };

  function ofMessage({ fields }: MessageSchema, path: readonly string[]): Tree {
    const properties = Object.fromEntries(
      [...fields.values()].map(({ name, shape, effectiveDefault }) => [
        name,
        {
          ...(ofShape(shape, [...path, name]) as object),
          ...(effectiveDefault !== undefined && { default: effectiveDefault }),
        },
      ]),
    );
    return { type: "object", additionalProperties: false, properties };
  }

  function ofShape(shape: FieldShape, path: readonly string[]): Tree {
    switch (shape.type) {
      case "scalar":
        return ofScalar(shape.scalar);
      case "any":
        return {};
      case "message":
        return ofMessage(shape.message, path);
      case "map":
        return { type: "object", additionalProperties: ofScalar(shape.value) };
      case "strings":
        return { type: "array", items: ofScalar(shape.item) };
      case "keyed":
        mergeKeys[path.join(".")] = shape.key;
        return { type: "array", items: ofMessage(shape.message, path) };
      case "list":
        return { type: "array", items: ofMessage(shape.message, path) };
    }
  }

  function ofScalar({ type, in: allowed, gte, lte, pattern, maxLength }: ScalarSchema): Tree {
    return {
      type: type === "bool" ? "boolean" : type,
      ...(allowed && { enum: allowed }),
      ...(gte !== undefined && { minimum: gte }),
      ...(lte !== undefined && { maximum: lte }),
      ...(pattern && { pattern: pattern.source }),
      ...(maxLength !== undefined && { maxLength }),
    };
  }
}

const profiles = builtInKinds().get("HostProfile");
if (profiles === undefined) throw new Error("HostProfile is a kind");
const { schema, mergeKeys } = asJsonSchema(profiles.message);
/** As long a name as the built-in kind has, so that columns are the same. */
const declaration = {
  ...{ kind: "CustomKind", name: "Profile.acm" },
  spec: { json_schema: schema, merge_keys: mergeKeys, parent: "host_profile" },
};

function evaluate(kind: string, specs: readonly Spec[], layered: boolean) {
  const documents = specs.map((spec, index) =>
    layered
      ? { kind, name: "p", layer: ["hardware", "design", "formation"][index], spec }
      : { kind, name: `p${index}`, spec: index === 0 ? spec : { ...spec, host_profile: `p${index - 1}` } },
  );
  const text = [declaration, ...documents].map((each) => JSON.stringify(each)).join("\n---\n");
  const layers = ["hardware", "design", "formation"].map(suggestedLayer);
  const { items, diagnostics } = evaluateDesign({ documents: designDocuments(text), layers });
  return {
    trees: [...items.values()].filter((item) => item.kind === kind).map(({ name, tree }) => [name, tree]),
    // References and formation data are not declared of the custom kind.
    findings: diagnostics
      .filter(({ rule }) => !["unknown-reference", "missing-site", "formation-in-design"].includes(rule))
      .map(({ rule, field, location, message }) => ({
        rule,
        field,
        location,
        message: message.replaceAll(kind, "KIND"),
      })),
  };
}

describe("a custom kind of the shape of a built-in one", () => {
  it.each([
    ["inheritance", false],
    ["layers", true],
  ] as const)("merges as that does, over %s, and finds the same at the same places", (_, layered) => {
    const chain = fc.array(profileSpec(true), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(chain, (specs) => {
        expect(evaluate("Profile.acm", specs, layered)).toEqual(evaluate("HostProfile", specs, layered));
      }),
      { numRuns: 60 },
    );
  });
});
