import { Code, type HandlerContext } from "@connectrpc/connect";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { callOf, knownCallerKey } from "./call.ts";
import { ANONYMOUS, type Authenticator, type Caller, mayCall } from "./caller.ts";
import { failure } from "./failure.ts";
import { methodName, roleName, roleOf } from "./method-role.ts";

/** Request header in which a service says whose call it serves; believed only from role SERVICE. */
export const ON_BEHALF_OF = "bedplate-on-behalf-of";

const MAX_TOKEN = 4096;
const MAX_NAME = 253;

/**
 * Finds out who calls and whether they may, before a byte of the request body is read. Throws UNAUTHENTICATED for no or
 * unknown credentials, PERMISSION_DENIED with ROLE_REQUIRED for a caller whose role isn't enough.
 */
export function createAuthorizer(authenticator: Authenticator): (context: HandlerContext) => Promise<void> {
  return async (context) => {
    const call = callOf(context.values);
    const needed = roleOf(context.method);
    const known = context.values.get(knownCallerKey);
    if (known === undefined && needed === Role.PUBLIC) return;
    const caller = known ?? (await authenticate(authenticator, context));
    call.caller = withPrincipal(caller, context.requestHeader.get(ON_BEHALF_OF));
    if (!mayCall(caller.role, needed)) throw denied(context, caller, needed);
  };
}

async function authenticate(authenticator: Authenticator, context: HandlerContext): Promise<Caller> {
  const header = context.requestHeader.get("authorization");
  const token = /^Bearer +([^\s,]+) *$/i.exec(header ?? "")?.[1];
  const caller = token === undefined || token.length > MAX_TOKEN ? undefined : await authenticator.authenticate(token);
  if (caller !== undefined && caller.role !== Role.PUBLIC && caller.role !== Role.UNSPECIFIED) return caller;
  const name = methodName(context.method);
  const [message, hint] =
    header === null
      ? [`${name} needs credentials and none were sent`, "send the header `authorization: Bearer TOKEN`"]
      : token === undefined
        ? [`${name} needs a bearer token, and the authorization header has none`, "send `authorization: Bearer TOKEN`"]
        : ["the token is not known here", "use a token of this server; a new start on other data makes new ones"];
  throw failure(Code.Unauthenticated, ErrorReason.UNAUTHENTICATED, message, { hint });
}

function withPrincipal(caller: Caller, principal: string | null): Caller {
  if (caller.role !== Role.SERVICE || principal === null || principal === "") return caller;
  return { ...caller, onBehalfOf: principal.slice(0, MAX_NAME) };
}

function denied(context: HandlerContext, caller: Caller, needed: Role): Error {
  const has = caller === ANONYMOUS ? "nobody" : `${caller.name} has role ${roleName(caller.role)}`;
  const message = `${methodName(context.method)} needs role ${roleName(needed)}; ${has}`;
  return failure(Code.PermissionDenied, ErrorReason.ROLE_REQUIRED, message, {
    subject: roleName(needed),
    hint: `call it with a token of role ${roleName(needed)}`,
  });
}
