import type { YamlScalar } from "../../yaml/node.ts";
import { pythonValue } from "./python-value.ts";

/** Labels as documents carry and select them, each combination of them kept once. */
export interface LabelTable {
  /** The labels of one document, each as `labelOf` gives it. */
  keep(labels: readonly string[]): readonly string[];
}

/** An empty table. */
export function labelTable(): LabelTable {
  const known = new Map<string, readonly string[]>();
  return {
    keep(labels) {
      const key = labels.join("\0\0");
      const found = known.get(key);
      if (found !== undefined) return found;
      known.set(key, labels);
      return labels;
    },
  };
}

/** A label as one text that equals that of another label exactly when both have the same key, and values of the same type and content. */
export function labelOf(key: string, value: YamlScalar): string {
  const read = pythonValue(value);
  return `${key}\0${typeof read}\0${String(read)}`;
}

/** A label in words. */
export function showLabel(key: string, value: YamlScalar): string {
  return typeof value.value === "string" ? `${key}: ${JSON.stringify(value.value)}` : `${key}: ${value.text}`;
}
