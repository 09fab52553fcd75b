import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ScriptSpecSchema } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import { MANIFEST_PROGRAM } from "./manifest-program.ts";

type ScriptInit = Exclude<MessageInitShape<typeof ScriptSpecSchema>, { $typeName: string }>;

/** Name of the driver's own commissioning script, which a design can't use for another. */
export const MANIFEST_SCRIPT_NAME = "bedplate-manifest";

/**
 * The driver's own commissioning script, uploaded beside those of the site. MAAS runs scripts that may run beside any other ("any") after all that run alone, so
 * this one sees the machine as those that update its firmware or make its RAID left it. It has no block of metadata in its text: MAAS refuses fields of the call that
 * such a block gives differently.
 */
export const MANIFEST_SCRIPT: ScriptInit & { readonly name: string; readonly content: string } = {
  name: MANIFEST_SCRIPT_NAME,
  type: "commissioning",
  title: "Hardware manifest for Bedplate",
  description:
    "Prints what the machine is made of as JSON: lshw, DMI, PCI devices with their drivers, kernel modules, firmware of NICs and disks.",
  content: MANIFEST_PROGRAM,
  tags: ["bedplate"],
  timeout: 300,
  parallel: "any",
  hardwareType: "node",
};

/**
 * The commissioning scripts to ask MAAS for. A list of names leaves out every script it doesn't name, so the manifest script is added to one; no list at all has
 * MAAS run every commissioning script there is, this one with them. "none" asks for no script, and stays so.
 */
export function withManifestScript(names: readonly string[]): string[] {
  const wanted = [...new Set(names)];
  if (wanted.length === 0 || wanted.includes("none") || wanted.includes(MANIFEST_SCRIPT_NAME)) return wanted;
  return [...wanted, MANIFEST_SCRIPT_NAME];
}
