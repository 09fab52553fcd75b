import { createHash, timingSafeEqual } from "node:crypto";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";

/** Who makes a call, as its credentials prove. */
export type Caller = {
  /** Name for logs and audit records, at most 253 characters. */
  readonly name: string;
  /** What it may do. */
  readonly role: Role;
  /** For role NODE: the node and job its token was made for. */
  readonly node?: { readonly design: string; readonly node: string; readonly jobId: string };
  /** For role SERVICE: the name of the person or program whose call this one serves. */
  readonly onBehalfOf?: string;
};

/** The caller of a public RPC, about whom nothing is known. */
export const ANONYMOUS: Caller = { name: "anonymous", role: Role.PUBLIC };

/** Tells who a bearer token belongs to. */
export interface Authenticator {
  /** The token's owner, or undefined when this authenticator doesn't know the token. Throws a `failure` if it can't tell. */
  authenticate(bearerToken: string): Promise<Caller | undefined>;
}

/** Asks one authenticator after the other and takes the first answer. */
export function firstOf(authenticators: readonly Authenticator[]): Authenticator {
  return {
    async authenticate(bearerToken) {
      for (const each of authenticators) {
        const caller = await each.authenticate(bearerToken);
        if (caller !== undefined) return caller;
      }
      return undefined;
    },
  };
}

/** Knows one fixed token. How long a refusal takes tells nothing about it. */
export function createTokenAuthenticator(token: string, caller: Caller): Authenticator {
  const known = sha256(token);
  return {
    authenticate: (bearerToken) => Promise.resolve(timingSafeEqual(sha256(bearerToken), known) ? caller : undefined),
  };
}

/**
 * Whether a role may call an RPC that needs another. ADMIN may what OPERATOR may, OPERATOR what VIEWER may; SERVICE may
 * all that and its own; a NODE may only what is for nodes, and nobody else may that.
 */
export function mayCall(role: Role, needed: Role): boolean {
  switch (needed) {
    case Role.PUBLIC:
      return true;
    case Role.NODE:
    case Role.SERVICE:
      return role === needed;
    case Role.VIEWER:
    case Role.OPERATOR:
    case Role.ADMIN:
      return role === Role.SERVICE || (role !== Role.NODE && role >= needed);
    default:
      return false;
  }
}

/** The person or program a call is made for: what rows and events name as their author. */
export function authorOf(caller: Caller): string {
  return caller.onBehalfOf ?? caller.name;
}

function sha256(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
