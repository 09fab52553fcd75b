import { createHash } from "node:crypto";
import type { SiteSpec } from "../../../../gen/bedplate/driver/v1/site_spec_pb.js";
import type { Action } from "../action.ts";
import type { NameState } from "./read-names.ts";

/**
 * The SSH keys every deployed node gets, added to those of the API user. With prune, keys of that user that the specification doesn't list are removed, as long
 * as it lists any.
 */
export function planKeys(state: NameState, spec: SiteSpec): Action[] {
  const known = new Set(state.keys.map(({ key }) => keyBody(key)));
  const wanted = new Map(spec.authorizedKeys.map((key) => [keyBody(key), key.trim()]));
  const added = [...wanted]
    .filter(([body]) => !known.has(body))
    .map(([, key]): Action => {
      const object = keyObject(key);
      const request = { method: "POST", path: "account/prefs/sshkeys/", form: [["key", key]] } as const;
      return { object, action: "create", before: "", after: object, request };
    });
  if (!spec.prune || wanted.size === 0) return added;
  const gone = state.keys
    .filter(({ key }) => !wanted.has(keyBody(key)))
    .map(({ id, key }): Action => {
      const object = keyObject(key);
      const request = { method: "DELETE", path: `account/prefs/sshkeys/${id}/` } as const;
      return { object, action: "delete", before: object, after: "", undoes: true, request };
    });
  return [...added, ...gone];
}

/** What a key is called: its comment, or a digest of it. */
export function keyObject(key: string): string {
  const comment = key.trim().split(/\s+/).slice(2).join(" ");
  return `ssh key ${comment || createHash("sha256").update(keyBody(key)).digest("hex").slice(0, 12)}`;
}

function keyBody(key: string): string {
  return key.trim().split(/\s+/).slice(0, 2).join(" ");
}
