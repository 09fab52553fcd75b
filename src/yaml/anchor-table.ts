import { suggest } from "../text/suggest.ts";
import { LimitExceeded, tooDeep, tooManyNodes, tooMuchText, type YamlLimits } from "./limits.ts";
import type { YamlNode } from "./node.ts";
import type { ProblemList } from "./problem-list.ts";

/** An anchored node; the values in it and the length of its texts, with aliases expanded; and its levels. */
export interface Anchored {
  readonly node: YamlNode;
  readonly size: number;
  readonly length: number;
  readonly height: number;
}

/** The anchors of one document. */
export interface AnchorTable {
  /** The node of this anchor begins: until it is set, an alias to it would contain itself. */
  open(name: string): void;
  set(name: string, anchored: Anchored): void;
  /**
   * What an alias at this offset and depth stands for, counted as if written there. Undefined, with a problem reported,
   * if there is none. Throws LimitExceeded where expansion goes beyond a limit, without expanding.
   */
  resolve(name: string, offset: number, depth: number): Anchored | undefined;
}

/** Values built so far, and the length of their texts. */
export interface Visited {
  count: number;
  length: number;
}

/** A table that counts what aliases expand to in `visited`. */
export function anchorTable(limits: YamlLimits, problems: ProblemList, visited: Visited): AnchorTable {
  const anchors = new Map<string, Anchored | "open">();
  let aliases = 0;

  function resolve(name: string, offset: number, depth: number): Anchored | undefined {
    aliases++;
    if (aliases > limits.aliases) {
      throw new LimitExceeded(
        `found more than ${limits.aliases} aliases in one document, expected at most ${limits.aliases}`,
        {
          offset,
          hint: "write the values out, or split the document",
          wholeFile: false,
        },
      );
    }
    const anchored = anchors.get(name);
    if (anchored === undefined || anchored === "open") {
      visited.count++;
      const near = anchored === undefined ? suggest(name, anchors.keys()) : undefined;
      problems.add({
        rule: "yaml-alias",
        offset,
        message:
          anchored === "open"
            ? "found an alias to a value that contains it, expected an anchor that ends before the alias"
            : "found an alias ('*') without its anchor, expected an anchor ('&') of that name before it in this document",
        hint:
          anchored === "open"
            ? "write the value out"
            : near === undefined
              ? "put the value in quotes if the * is meant literally, or define the anchor above"
              : `did you mean *${near}? A * that is meant literally needs quotes`,
      });
      return undefined;
    }
    visited.count += anchored.size;
    visited.length += anchored.length;
    if (visited.count > limits.nodes) throw tooManyNodes(limits, offset);
    if (visited.length > limits.expandedLength) throw tooMuchText(limits, offset);
    if (depth + anchored.height - 1 > limits.depth) throw tooDeep(limits, offset);
    return anchored;
  }

  return {
    open: (name) => void anchors.set(name, "open"),
    set: (name, anchored) => void anchors.set(name, anchored),
    resolve,
  };
}
