import type { DocumentDirective, MappingEvent, ScalarEvent, SequenceEvent } from "js-yaml";
import type { YamlScalar } from "./node.ts";
import type { Problem } from "./problem-list.ts";
import { quoteText } from "./quote-text.ts";
import { coreTagMeaning, resolvePlain, resolveTagged } from "./resolve-scalar.ts";

type TagProblem = Omit<Problem, "offset">;

/** Gives the full name of an event's tag, which must be there; `!` for the tag that only says "no type". */
export type TagReader = (event: ScalarEvent | MappingEvent | SequenceEvent) => string;

/** A reader of the tags in one document's text, with the handles its directives declare. */
export function tagReader(text: string, directives: readonly DocumentDirective[]): TagReader {
  const prefixes = new Map([["!!", "tag:yaml.org,2002:"]]);
  for (const directive of directives) {
    if (directive.kind === "tag") prefixes.set(directive.handle, directive.prefix);
  }
  return (event) => {
    const written = text.slice(event.tagStart, event.tagEnd);
    if (written === "!") return written;
    if (written.startsWith("!<")) return unescapeTag(written.slice(2, -1));
    const handle = /^![^!]*!/.exec(written)?.[0] ?? "!";
    return unescapeTag((prefixes.get(handle) ?? handle) + written.slice(handle.length));
  };
}

/**
 * The value of a tagged scalar. A tag that isn't core, or that its text doesn't fit, is reported; the value is then what
 * the text is without the tag, or the tag itself where nothing else stands (`name: !private`).
 */
export function applyScalarTag(
  tagName: string,
  text: string,
  plain: boolean,
  report: (problem: TagProblem) => void,
): Pick<YamlScalar, "value" | "text" | "inexact"> {
  const resolved = resolveTagged(tagName, text);
  if (resolved !== undefined && resolved !== null) {
    return resolved.inexact ? { value: resolved.value, text, inexact: true } : { value: resolved.value, text };
  }
  const meaning = coreTagMeaning(tagName);
  if (meaning !== undefined) {
    report({
      rule: "yaml-tag",
      message: `found a value that the tag ${quoteText(shortTag(tagName))} does not fit, expected ${meaning}`,
      hint: "correct the value, or remove the tag",
    });
  } else if (text === "" && plain) {
    report({
      rule: "yaml-tag",
      message: "found an unquoted '!' at the beginning of a value, which makes a tag of it, expected a value",
      hint: "put the value in quotes, as in '!name'",
    });
    return { value: tagName, text: tagName };
  } else {
    report(unknownTag(tagName));
  }
  const untagged = plain ? resolvePlain(text) : text;
  if (typeof untagged === "string") return { value: untagged, text };
  return untagged.inexact ? { value: untagged.value, text, inexact: true } : { value: untagged.value, text };
}

/** Reports the tag of a map or a list unless it is the core tag of `kind` ("a map", "a list") or `!`. */
export function checkCollectionTag(tagName: string, kind: string, report: (problem: TagProblem) => void): void {
  const meaning = coreTagMeaning(tagName);
  if (tagName === "!" || meaning === kind) return;
  if (meaning === undefined) {
    report(unknownTag(tagName));
    return;
  }
  report({
    rule: "yaml-tag",
    message: `found ${kind} under the tag ${quoteText(shortTag(tagName))}, expected ${meaning}`,
    hint: "correct the value, or remove the tag",
  });
}

function unknownTag(tagName: string): TagProblem {
  return {
    rule: "yaml-tag",
    message: `found the tag ${quoteText(shortTag(tagName))}, expected none, or one of !!str !!int !!float !!bool !!null !!map !!seq`,
    hint: tagName.endsWith(":")
      ? "put the key in quotes, as in '!name': and the value"
      : "remove the tag; a value that is meant to begin with ! needs quotes",
  };
}

function shortTag(tagName: string): string {
  return tagName.startsWith("tag:yaml.org,2002:") ? `!!${tagName.slice("tag:yaml.org,2002:".length)}` : tagName;
}

function unescapeTag(tag: string): string {
  try {
    return decodeURIComponent(tag);
  } catch {
    return tag;
  }
}
