import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import type { ServerSpecInit } from "./server-spec.ts";

/**
 * SHA-256, lower-case hex, over the RFC 8785 form of a specification's protobuf JSON: what an installation is made from. The BMC password,
 * the user data and the digest itself are left out, so a new secret or token doesn't make another specification; tags and owner data too,
 * because they are written to an installed machine as well (decision 0053); and how it is commissioned, locked and erased, which is no part of what is installed.
 */
export function specDigest(spec: ServerSpecInit): string {
  const { userData: _token, specDigest: _self, tags: _tags, ownerData: _owner, oob, ...more } = spec;
  const { commission: _commission, erase: _erase, locked: _locked, ...rest } = more;
  const { credential: _password, ...openOob } = oob ?? {};
  const text = canonicalize(oob === undefined ? rest : { ...rest, oob: openOob });
  if (text === undefined) throw new Error("a specification has no canonical form");
  return createHash("sha256").update(text).digest("hex");
}
