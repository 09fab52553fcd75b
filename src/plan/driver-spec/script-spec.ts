import type { ScriptSpecSchema } from "../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { TreeMap } from "../../design/tree.ts";
import { flagAt, numberAt, textAt, textsAt } from "../read-tree.ts";
import type { Init } from "./init.ts";
import { present } from "./present.ts";

type ScriptInit = Init<typeof ScriptSpecSchema>;

/** The driver's form of a script of the site. */
export function scriptSpec(script: TreeMap): ScriptInit {
  return present<ScriptInit>({
    name: textAt(script, "name"),
    type: textAt(script, "type"),
    title: textAt(script, "title"),
    description: textAt(script, "description"),
    content: textAt(script, "content"),
    tags: [...textsAt(script, "tags")],
    timeout: numberAt(script, "timeout"),
    parallel: textAt(script, "parallel"),
    hardwareType: textAt(script, "hardware_type"),
    mayReboot: flagAt(script, "may_reboot"),
    recommission: flagAt(script, "recommission"),
    destructive: flagAt(script, "destructive"),
    packages: [...textsAt(script, "packages")],
    forHardware: [...textsAt(script, "for_hardware")],
  });
}
