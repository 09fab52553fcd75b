import { boolCoreTag, floatCoreTag, intCoreTag, NOT_RESOLVED, nullCoreTag } from "js-yaml";

/** A scalar's value by the core schema. `inexact`: the text is a number, but no JSON number holds it, so it stays text. */
export interface ResolvedScalar {
  readonly value: string | number | boolean | null;
  readonly inexact: boolean;
}

const CORE = "tag:yaml.org,2002:";

/** The value of a plain scalar: a number, a boolean or null where the YAML 1.2 core schema says so, else the text. */
export function resolvePlain(text: string): ResolvedScalar | string {
  switch (text.charCodeAt(0)) {
    case 43: // +
    case 45: // -
    case 46: // .
    case 48:
    case 49:
    case 50:
    case 51:
    case 52:
    case 53:
    case 54:
    case 55:
    case 56:
    case 57:
      return resolveNumber(text, false) ?? text;
    case 84: // T
    case 116:
    case 70: // F
    case 102:
      return text.length > 5 ? text : (resolveBoolean(text) ?? text);
    case 126: // ~
    case 78: // N
    case 110:
      return text.length <= 4 && nullCoreTag.resolve(text, false, nullCoreTag.tagName) === null ? NULL : text;
    default:
      return text === "" ? NULL : text;
  }
}

/**
 * The value of a scalar under a core tag, whose full name is given. Undefined if the text is no such value.
 * Null for a tag that isn't one of the core schema's scalar tags.
 */
export function resolveTagged(tagName: string, text: string): ResolvedScalar | undefined | null {
  switch (tagName) {
    case "!":
    case `${CORE}str`:
      return { value: text, inexact: false };
    case `${CORE}null`:
      return nullCoreTag.resolve(text, true, tagName) === null ? NULL : undefined;
    case `${CORE}bool`:
      return resolveBoolean(text);
    case `${CORE}int`:
      return intCoreTag.resolve(text, true, tagName) === NOT_RESOLVED ? undefined : resolveNumber(text, true);
    case `${CORE}float`:
      return floatCoreTag.resolve(text, true, tagName) === NOT_RESOLVED ? undefined : resolveNumber(text, true);
    default:
      return null;
  }
}

/** What the author of a core tag promised, in words. Undefined for any other tag. */
export function coreTagMeaning(tagName: string): string | undefined {
  return CORE_TAGS.get(tagName);
}

const CORE_TAGS: ReadonlyMap<string, string> = new Map([
  ["!", "a text"],
  [`${CORE}str`, "a text"],
  [`${CORE}null`, "null"],
  [`${CORE}bool`, "true or false"],
  [`${CORE}int`, "an integer"],
  [`${CORE}float`, "a number"],
  [`${CORE}map`, "a map"],
  [`${CORE}seq`, "a list"],
]);

const NULL: ResolvedScalar = { value: null, inexact: false };
const TRUE: ResolvedScalar = { value: true, inexact: false };
const FALSE: ResolvedScalar = { value: false, inexact: false };

function resolveBoolean(text: string): ResolvedScalar | undefined {
  const value = boolCoreTag.resolve(text, false, boolCoreTag.tagName);
  return value === NOT_RESOLVED ? undefined : value ? TRUE : FALSE;
}

function resolveNumber(text: string, explicit: boolean): ResolvedScalar | undefined {
  const integer = intCoreTag.resolve(text, explicit, intCoreTag.tagName);
  if (integer !== NOT_RESOLVED) {
    return Number.isSafeInteger(integer) ? { value: integer, inexact: false } : { value: text, inexact: true };
  }
  const float = floatCoreTag.resolve(text, explicit, floatCoreTag.tagName);
  if (float === NOT_RESOLVED) {
    // Addresses come here, too, and are no numbers at all: that is seen at once.
    const tooLarge = Math.abs(Number(text)) === Number.POSITIVE_INFINITY && /[0-9]/.test(text);
    return tooLarge ? { value: text, inexact: true } : undefined;
  }
  return Number.isFinite(float) ? { value: float, inexact: false } : { value: text, inexact: true };
}
