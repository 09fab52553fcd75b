import { assetsOf } from "../boot-assets.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { textAt } from "../tree-access.ts";

/** A file is written at a place there can be. */
export const assetPath: ItemRule = {
  id: "asset-path",
  severity: "error",
  summary: "The path of a file or unit is absolute, names a file, and has no . or .. in it.",
  why: `Files are written as root before anybody looks. A relative path depends on where the writer stands, \`..\` leads to places nobody meant, and a path that ends with a slash names a directory.`,
  kinds: ["BootAction"],
  check: (item) =>
    assetsOf(item).flatMap(({ path, tree, type }): Finding[] => {
      const text = textAt(tree, "path");
      if (text === undefined || type === "pkg_list") return [];
      const steps = text.split("/");
      const isSound = text.startsWith("/") && !text.endsWith("/") && !/\p{Cc}/u.test(text);
      if (isSound && !steps.includes(".") && !steps.includes("..")) return [];
      const message = `found ${shown(text)}, expected the absolute path of a file`;
      return [{ field: `${path}.path`, message, hint: "write a path from the root, such as /usr/local/bin/setup" }];
    }),
};
