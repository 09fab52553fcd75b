import type { EffectiveItem } from "../design/effective-item.ts";
import type { TreeMap } from "../design/tree.ts";
import { membersAt, textAt, textsAt } from "./tree-access.ts";

/** One asset of a boot action, and where the item says it. */
export interface AssetView {
  /** Its path in the item, such as `assets[0]`. */
  readonly path: string;
  readonly tree: TreeMap;
  /** "file", "unit" or "pkg_list". */
  readonly type: string | undefined;
  /** The steps its data goes through. */
  readonly steps: readonly string[];
}

/** The assets of a boot action, in order. */
export function assetsOf({ tree }: EffectiveItem): readonly AssetView[] {
  return membersAt(tree, "assets").map((asset, index) => ({
    path: `assets[${index}]`,
    tree: asset,
    type: textAt(asset, "type"),
    steps: textsAt(asset, "data_pipeline"),
  }));
}

/** What became of an asset's data on its way through the pipeline. */
export interface PipedData {
  /** The text in front of the template step, as far as there is one and the way to it is sound. */
  readonly template?: string;
  /** The text at the end of the pipeline, where that is text and no step renders it. */
  readonly unrendered?: string;
  /** The step that can't be carried out on what it gets, and why. */
  readonly fault?: { readonly step: string; readonly message: string };
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Carries the data of an asset through its pipeline, up to the template; nothing for data that is fetched from elsewhere. */
export function pipeData({ tree, steps }: AssetView): PipedData {
  const data = textAt(tree, "data");
  if (data === undefined) return {};
  let current: string | Buffer = data;
  for (const step of steps) {
    if (step === "template") return typeof current === "string" ? { template: current } : {};
    if (step === "base64_decode") {
      const bytes = decodeBase64(typeof current === "string" ? current : current.toString("latin1"));
      if (typeof bytes === "string") return { fault: { step, message: bytes } };
      current = bytes;
    } else if (step === "base64_encode") current = Buffer.from(Buffer.from(current).toString("base64"));
    else if (step === "utf8_encode") current = Buffer.from(current);
    else if (step === "utf8_decode") {
      const text = decodeText(Buffer.from(current));
      if (text === undefined) return { fault: { step, message: "what it decodes is no UTF-8 text" } };
      current = text;
    } else return {};
  }
  const unrendered = typeof current === "string" ? current : decodeText(current);
  return unrendered === undefined ? {} : { unrendered };
}

/** The bytes of a base64 text, in which blanks and line ends are fine; or what is wrong with it. */
function decodeBase64(text: string): Buffer | string {
  const digits = text.replace(/\s+/g, "");
  if (!base64.test(digits)) {
    const odd = [...digits].find((each) => !/[A-Za-z0-9+/=]/.test(each));
    return odd === undefined ? "found = within base64" : `found ${JSON.stringify(odd)}, which is no base64`;
  }
  const length = digits.length % 4;
  return length === 0
    ? Buffer.from(digits, "base64")
    : `found ${digits.length} characters of base64, which come in fours`;
}

function decodeText(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
