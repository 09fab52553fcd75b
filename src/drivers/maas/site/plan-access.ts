import { createHash } from "node:crypto";
import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { Action } from "../action.ts";
import { rejected } from "../driver-error.ts";
import { listed } from "../text.ts";
import type { SiteState } from "./read-site.ts";

/** The tags nodes carry. */
export function planTags(state: SiteState, spec: SiteSpec): Action[] {
  return [...new Set(spec.tags)]
    .filter((tag) => !state.tags.includes(tag))
    .map((tag) => ({
      object: `tag ${tag}`,
      action: "create",
      before: "",
      after: `tag ${tag}`,
      request: { method: "POST", path: "tags/", form: [["name", tag]] },
    }));
}

/** The SSH keys every deployed node gets, added to those of the API user. */
export function planKeys(state: SiteState, spec: SiteSpec): Action[] {
  const known = new Set(state.keys.map(keyBody));
  const wanted = new Map(spec.authorizedKeys.map((key) => [keyBody(key), key.trim()]));
  return [...wanted]
    .filter(([body]) => !known.has(body))
    .map(([body, key]) => {
      const comment = key.split(/\s+/).slice(2).join(" ");
      const name = comment || createHash("sha256").update(body).digest("hex").slice(0, 12);
      return {
        object: `ssh key ${name}`,
        action: "create",
        before: "",
        after: `ssh key ${name}`,
        request: { method: "POST", path: "account/prefs/sshkeys/", form: [["key", key]] },
      };
    });
}

function keyBody(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(" ");
}

/** Fails, naming the image, unless every image is there. MAAS alone imports images. */
export function requireImages(state: SiteState, spec: SiteSpec): void {
  for (const image of spec.images) {
    if (state.images.some((name) => name === image || name.endsWith(`/${image}`))) continue;
    const there = [...new Set(state.images)].sort();
    throw rejected(`MAAS has no image "${image}"; it has ${there.length === 0 ? "none" : listed(there)}`, {
      subject: image,
      hint: `import the image "${image}" in MAAS, or name another in the design`,
    });
  }
}
