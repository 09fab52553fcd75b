import { createHash } from "node:crypto";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import type { Authenticator } from "../mesh/caller.ts";
import type { NodeTokenStore } from "./node-token-store.ts";

/** Knows callers by node tokens: each opens one node's data. */
export function createNodeAuthenticator(tokens: NodeTokenStore): Authenticator {
  return {
    async authenticate(bearerToken) {
      const owner = await tokens.find(createHash("sha256").update(bearerToken).digest("hex"));
      return owner === undefined
        ? undefined
        : { name: `node:${owner.design}/${owner.node}`.slice(0, 253), role: Role.NODE, node: owner };
    },
  };
}
