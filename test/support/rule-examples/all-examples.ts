import { addressExamples } from "./addresses.ts";
import { bootActionExamples } from "./boot-actions.ts";
import { hostExamples } from "./hosts.ts";
import { interfaceExamples } from "./links-and-interfaces.ts";
import { networkExamples } from "./networks.ts";
import { platformExamples } from "./platform.ts";
import { raidExamples } from "./raids.ts";
import type { RuleExamples } from "./rule-examples.ts";
import { siteExamples } from "./site.ts";
import { storageExamples } from "./storage.ts";
import { sizeExamples } from "./storage-sizes.ts";

/** Examples of rules about one subject, by id. */
export interface ExampleGroup {
  /** What the rules are about, as a heading. */
  readonly subject: string;
  readonly examples: Readonly<Record<string, RuleExamples>>;
}

/** Examples of all rules of validation, by subject. */
export const validationExamples: readonly ExampleGroup[] = [
  { subject: "Networks", examples: networkExamples },
  { subject: "Addresses and routes", examples: addressExamples },
  { subject: "Links and interfaces", examples: interfaceExamples },
  { subject: "Nodes", examples: hostExamples },
  { subject: "Site and tags", examples: siteExamples },
  { subject: "Storage", examples: { ...storageExamples, ...raidExamples, ...sizeExamples } },
  { subject: "Hardware and kernel", examples: platformExamples },
  { subject: "Boot actions", examples: bootActionExamples },
];
