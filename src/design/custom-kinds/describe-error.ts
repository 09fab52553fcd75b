import type { ErrorObject } from "ajv/dist/2020.js";
import { suggest } from "../../text/suggest.ts";
import { describeValue } from "../read-scalar.ts";
import { isTreeMap, type Tree } from "../tree.ts";

/** What a fault against a JSON Schema says, beside its place. `step` leads from the place of the error to the field it speaks of, where that is one inside. */
export interface DescribedError {
  readonly message: string;
  readonly hint: string;
  readonly step?: string;
  /** Something is not there that would have to be: what is added to the value may mend it. */
  readonly absent: boolean;
}

const typeWords: Readonly<Record<string, string>> = {
  ...{ string: "text", integer: "a whole number", number: "a number", boolean: "true or false", null: "nothing" },
  ...{ object: "a record of fields", array: "a list" },
};

/** Tells a fault in words; `value` is what stands at its place. */
export function describeError({ keyword, params, message = "" }: ErrorObject, value: Tree | undefined): DescribedError {
  const found = value === undefined ? "nothing" : describeValue(value);
  const wrong = (
    expected: string,
    hint = "correct the value, or the kind's schema",
    step?: string,
  ): DescribedError => ({
    message: `found ${found}, expected ${expected}`,
    hint,
    absent: false,
    ...(step !== undefined && { step }),
  });
  const lacking = (text: string, hint: string, step?: string): DescribedError => ({
    message: text,
    hint,
    absent: true,
    ...(step !== undefined && { step }),
  });
  switch (keyword) {
    case "type":
      return wrong(
        [params.type]
          .flat()
          .map((type: string) => typeWords[type] ?? type)
          .join(" or "),
      );
    case "enum":
    case "const": {
      const allowed: readonly Tree[] = keyword === "enum" ? params.allowedValues : [params.allowedValue];
      const near =
        typeof value === "string"
          ? suggest(
              value,
              allowed.filter((each) => typeof each === "string"),
            )
          : undefined;
      const words = allowed.map((each) => describeValue(each));
      return wrong(
        words.length === 1 ? (words[0] ?? "") : `one of ${words.slice(0, 50).join(", ")}`,
        near === undefined ? undefined : `did you mean "${near}"?`,
      );
    }
    case "minimum":
    case "exclusiveMinimum":
    case "maximum":
    case "exclusiveMaximum":
      return wrong(`a number ${params.comparison} ${params.limit}`);
    case "multipleOf":
      return wrong(`a multiple of ${params.multipleOf}`);
    case "minLength":
      return wrong(`at least ${params.limit} characters`);
    case "maxLength":
      return wrong(`at most ${params.limit} characters`);
    case "pattern":
      return wrong(`text of the form ${params.pattern}`);
    case "minItems":
    case "minProperties":
      return lacking(`found ${sizeOf(value)} members, expected at least ${params.limit}`, "add what is missing");
    case "contains":
      return lacking("found no member of the sort that must be there", "add one");
    case "maxItems":
    case "maxProperties":
      return {
        message: `found ${sizeOf(value)} members, expected at most ${params.limit}`,
        hint: "remove some",
        absent: false,
      };
    case "uniqueItems":
      return {
        message: `found member ${params.i} and ${params.j} alike, expected each once`,
        hint: "remove one",
        absent: false,
      };
    case "required":
      return lacking(
        `found no ${describeValue(params.missingProperty)}, expected it`,
        "add it",
        params.missingProperty,
      );
    case "dependentRequired":
    case "dependencies":
      return lacking(
        `found ${describeValue(params.property)} without ${describeValue(params.missingProperty)}, expected both`,
        "add it",
        params.missingProperty,
      );
    case "additionalProperties":
    case "unevaluatedProperties": {
      const name = String(params.additionalProperty ?? params.unevaluatedProperty);
      return {
        message: `found ${describeValue(name)}, expected no such field`,
        hint: "remove it",
        absent: false,
        step: name,
      };
    }
    case "propertyNames":
      return {
        message: `found ${describeValue(params.propertyName)}, expected another name`,
        hint: "the kind's schema says which names may stand here",
        absent: false,
        step: params.propertyName,
      };
    case "anyOf":
    case "oneOf":
      return lacking(
        `found ${found}, expected what ${keyword === "oneOf" ? "just " : ""}one of the alternatives in the kind's schema allows`,
        `see "${keyword}" in the kind's schema`,
      );
    case "false schema":
      return wrong("nothing", "remove it");
    default:
      return lacking(`found ${found}: ${message}`, `see "${keyword}" in the kind's schema`);
  }
}

function sizeOf(value: Tree | undefined): number {
  if (Array.isArray(value)) return value.length;
  return isTreeMap(value) ? Object.keys(value).length : 0;
}
