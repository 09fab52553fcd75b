import { parseSizeExpression } from "../../design/size.ts";
import { isAbstract } from "../is-abstract.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { onceByStorage, type StorageArea, type StoragePart } from "../storage-parts.ts";

/** What is left of a disk goes to one, the last. */
export const sizeRemainder: ItemRule = {
  id: "size-remainder",
  severity: "error",
  summary: "Of a disk or volume group one size is of the form >N, and nothing but root and boot follows it.",
  why: `A size such as \`>50g\` takes everything that is left but 4 MiB. A second one, and whatever is made after it, finds nothing. Parts are made in the order they are written, root and \`/boot\` before all
others: put the one that takes the rest at the end.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["storage"] },
  check: (item, context) =>
    (isAbstract(item, context) ? [] : (check(item.tree) ?? [])).map(({ taker, ...finding }) => ({
      ...finding,
      related: [
        { kind: item.kind, name: item.name, field: `${taker.path}.size`, message: `${taker.label} takes what is left` },
      ],
    })),
};

const check = onceByStorage(({ areas }) => areas.flatMap(faultsOf));

function faultsOf({ type, parts }: StorageArea): (Finding & { readonly taker: StoragePart })[] {
  const whole = type === "disk" ? "disk" : "volume group";
  let taker: StoragePart | undefined;
  return parts.flatMap((part) => {
    const text = part.size ?? "";
    const isMinimum = parseSizeExpression(text)?.isMinimum === true;
    const field = `${part.path}.size`;
    if (taker === undefined) {
      if (isMinimum) taker = part;
      return [];
    }
    if (isMinimum) {
      const message = `${shown(text)} takes what is left of the ${whole}, and so does ${taker.label}`;
      return [{ field, message, hint: "write a plain size or a percentage for all but one", taker }];
    }
    const isFirst = (each: StoragePart) => each.isRoot || each.isBoot;
    if (text === "" || isFirst(part) || isFirst(taker)) return [];
    const message = `nothing is left for ${part.label}: ${taker.label} before it takes the rest of the ${whole}`;
    return [{ field, message, hint: `put ${taker.label} at the end`, taker }];
  });
}
