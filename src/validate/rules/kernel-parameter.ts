import { kernelParameters } from "../kernel-parameters.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";

/** A kernel parameter arrives as it was written. */
export const kernelParameter: ItemRule = {
  id: "kernel-parameter",
  severity: "error",
  summary:
    "A kernel parameter's name has no blank, quote or = in it, and its value stays one word on the command line.",
  why: `Parameters become one line, \`key=value\` with blanks between, and \`true\` becomes the bare key. A blank within a value that isn't quoted makes two parameters of one (a warning, as it is sometimes meant); a line end,
or a quote that isn't closed, spoils the whole line, and the machine may not boot.`,
  kinds: ["HostProfile", "Node"],
  looksAt: { Node: ["platform"] },
  check: (item) =>
    kernelParameters(item).flatMap(({ name, value, field }): Finding[] => {
      if (!/^[^\s="'\p{Cc}]+$/u.test(name)) {
        const hint = "write the key alone, its value behind the colon";
        return [{ field, message: `${shown(name)} is no name of a kernel parameter`, hint }];
      }
      if (/\p{Cc}/u.test(value) || value.split('"').length % 2 === 0) {
        const hint = "write it on one line, with quotes in pairs";
        return [{ field, message: `${shown(value)} spoils the kernel's command line`, hint }];
      }
      if (!/\s/.test(value.replace(/"[^"]*"/g, ""))) return [];
      const message = `${shown(value)} becomes several parameters`;
      return [
        { field, severity: "warning", message, hint: "put quotes around it, or write each as its own parameter" },
      ];
    }),
};
