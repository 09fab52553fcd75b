import { create } from "@bufbuild/protobuf";
import { ScriptSpecSchema, type SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { ActionPlan } from "../action.ts";
import { invalidField } from "../driver-error.ts";
import { MANIFEST_SCRIPT, MANIFEST_SCRIPT_NAME } from "../scripts/manifest-script.ts";
import { imagesToCome } from "./images.ts";
import { planKeys } from "./plan-access.ts";
import { planDomainRemoval } from "./plan-domain-removal.ts";
import { planDomains } from "./plan-domains.ts";
import { planRecords } from "./plan-records.ts";
import { planRepositories } from "./plan-repositories.ts";
import { planScripts } from "./plan-scripts.ts";
import { planTags } from "./plan-tags.ts";
import type { NameState } from "./read-names.ts";

/**
 * Everything that would change of what is no network, in order: domains before their records. The driver's own script is one more of the site's. Fails when an
 * image is missing that MAAS is not importing.
 */
export function planNames(state: NameState, spec: SiteSpec): ActionPlan {
  imagesToCome(state, spec);
  const removal = planDomainRemoval(state, spec);
  const repositories = planRepositories(state, spec);
  const taken = spec.scripts.findIndex(({ name }) => name === MANIFEST_SCRIPT_NAME);
  if (taken >= 0) {
    throw invalidField(
      `spec.scripts[${taken}].name`,
      `"${MANIFEST_SCRIPT_NAME}" is the name of a script of Bedplate's own`,
      "give the script of the design another name",
    );
  }
  const scripts = [...spec.scripts, create(ScriptSpecSchema, MANIFEST_SCRIPT)];
  return {
    actions: [
      ...planDomains(state, spec),
      ...planRecords(state, spec),
      ...removal.actions,
      ...planTags(state, spec),
      ...repositories.actions,
      ...planKeys(state, spec),
      ...planScripts(state.scripts, scripts, spec.prune),
    ],
    notes: [...removal.notes, ...repositories.notes],
  };
}
