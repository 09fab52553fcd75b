import { bytesText, parseBytes } from "../../design/size.ts";
import { pageBytes, pageSizesOf } from "../huge-pages.ts";
import { memberPath } from "../names.ts";
import type { Finding, ItemRule } from "../rule.ts";
import { shown } from "../shown.ts";
import { membersAt, numberAt, textAt } from "../tree-access.ts";

/** Huge pages of a hardware profile can be had. */
export const hugePageProfile: ItemRule = {
  id: "huge-page-profile",
  severity: "error",
  summary: "Huge pages of a hardware profile have a size the architecture knows and a count, and fit its memory.",
  why: `Nodes refer to them as \`hardwareprofile:hugepages.NAME.size\` and \`…count\`, so both must be there. Sizes are written as the kernel reads them: \`2M\`, \`1G\`. A size the architecture hasn't got is a warning. What
is asked for must leave some of the profile's \`memory\`, where it says how much there is; each configuration is held against it alone, as a node uses one.`,
  kinds: ["HardwareProfile"],
  check(item, context) {
    const memory = parseBytes(textAt(item.tree, "memory") ?? "");
    const known = pageSizesOf(textAt(item.tree, "architecture"));
    return membersAt(item.tree, "hugepages").flatMap((pages): Finding[] => {
      const path = memberPath("hugepages", textAt(pages, "name") ?? "");
      const [size, count] = [textAt(pages, "size"), numberAt(pages, "count")];
      const lacking = [size === undefined ? "size" : "", count === undefined ? "count" : ""].filter(
        (each) => each !== "" && context.isWhole(item, `${path}.${each}`),
      );
      const findings = lacking.map((each): Finding => {
        const hint = each === "size" ? "add size: 2M or 1G" : "add count: with how many pages";
        return { field: path, message: `the huge pages have no ${each}`, hint };
      });
      if (size === undefined) return findings;
      const bytes = pageBytes(size);
      const field = `${path}.size`;
      if (bytes === undefined) {
        const hint = "write a number and K, M or G, such as 2M or 1G";
        return [...findings, { field, message: `${shown(size)} is no size of a page`, hint }];
      }
      if (known !== undefined && !known.some((each) => pageBytes(each) === bytes)) {
        const message = `the architecture has no pages of ${size}`;
        findings.push({ field, severity: "warning", message, hint: `write ${known.join(" or ")}` });
      }
      if (count === undefined || memory === undefined || bytes * BigInt(count) < memory) return findings;
      const message = `${count} pages of ${size} need ${bytesText(bytes * BigInt(count))}, and memory is ${bytesText(memory)}`;
      return [...findings, { field: `${path}.count`, message, hint: "ask for fewer pages" }];
    });
  },
};
