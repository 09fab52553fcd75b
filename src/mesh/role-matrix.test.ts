import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ErrorReason } from "../../gen/bedplate/type/v1/error_pb.js";
import { Role } from "../../gen/bedplate/type/v1/options_pb.js";
import { callAny } from "../../test/support/any-client.ts";
import { CALLERS, SERVICES, serve, stubService, tokenOf } from "../../test/support/stub-mesh.ts";
import { createTokenAuthenticator, firstOf, mayCall } from "./caller.ts";
import { errorDetail } from "./failure.ts";
import { isPlanned, methodName, roleName, roleOf } from "./method-role.ts";
import { createNetworkTransport, type NetworkTransport } from "./network-transport.ts";

// Written out by hand, so that a slip in mayCall can't be a slip here too.
const MAY: Readonly<Record<string, readonly Role[]>> = {
  PUBLIC: [Role.PUBLIC],
  NODE: [Role.PUBLIC, Role.NODE],
  VIEWER: [Role.PUBLIC, Role.VIEWER],
  OPERATOR: [Role.PUBLIC, Role.VIEWER, Role.OPERATOR],
  ADMIN: [Role.PUBLIC, Role.VIEWER, Role.OPERATOR, Role.ADMIN],
  SERVICE: [Role.PUBLIC, Role.VIEWER, Role.OPERATOR, Role.ADMIN, Role.SERVICE],
};

let server: Awaited<ReturnType<typeof serve>>;
let transport: NetworkTransport;
const reached: string[] = [];

beforeAll(async () => {
  server = await serve(SERVICES.map((service) => stubService(service, (name) => reached.push(name))));
  transport = createNetworkTransport({ url: server.url });
});

afterAll(async () => {
  transport.close();
  await server.close();
});

beforeEach(() => void reached.splice(0));

const methods = SERVICES.flatMap((service) => service.methods);
const cells = methods.flatMap((method) => [
  ...CALLERS.map(({ role }) => ({ method, as: roleName(role), token: tokenOf(role), code: Code.PermissionDenied })),
  { method, as: "nobody", token: undefined, code: Code.Unauthenticated },
  { method, as: "a stranger", token: "TOKEN-UNKNOWN", code: Code.Unauthenticated },
]);

describe("every RPC, by every role", () => {
  test.each(cells.map((cell) => [methodName(cell.method), cell.as, cell] as const))(
    "%s by %s",
    async (_n, as, cell) => {
      const { method, token, code } = cell;
      const error = await callAny(transport, method, { token }).then(() => undefined, ConnectError.from);
      if ((MAY[as] ?? [Role.PUBLIC]).includes(roleOf(method))) {
        // Past the gate an empty request may still be refused for what it lacks.
        const expected = isPlanned(method) ? [Code.Unimplemented] : [undefined, Code.InvalidArgument];
        expect(expected).toContain(error?.code);
        if (error === undefined) expect(reached).toEqual([methodName(method)]);
      } else {
        expect(error?.code).toBe(code);
        expect(reached).toEqual([]);
        if (code === Code.PermissionDenied) {
          expect(errorDetail(error)).toMatchObject({
            reason: ErrorReason.ROLE_REQUIRED,
            subject: roleName(roleOf(method)),
          });
          expect(error?.rawMessage).toContain(roleName(roleOf(method)));
        } else expect(errorDetail(error)?.reason).toBe(ErrorReason.UNAUTHENTICATED);
      }
    },
  );
});

test("every RPC of every contract has a role, and only GetServerInfo is public", () => {
  expect(methods.filter((method) => roleOf(method) === Role.UNSPECIFIED).map(methodName)).toEqual([]);
  const open = methods.filter((method) => roleOf(method) === Role.PUBLIC).map(methodName);
  expect(open).toEqual(["bedplate.control.v1.ControlService/GetServerInfo"]);
});

test("an RPC without a role lets nobody in", () => {
  for (const role of [Role.PUBLIC, Role.NODE, Role.VIEWER, Role.OPERATOR, Role.ADMIN, Role.SERVICE, Role.UNSPECIFIED]) {
    expect(mayCall(role, Role.UNSPECIFIED)).toBe(false);
  }
});

test("authenticators are asked in turn; the first that knows the token answers", async () => {
  const [ada, eve] = [
    { name: "ada", role: Role.ADMIN },
    { name: "eve", role: Role.VIEWER },
  ];
  const chain = firstOf([
    createTokenAuthenticator("a", ada),
    createTokenAuthenticator("a", eve),
    createTokenAuthenticator("b", eve),
  ]);
  expect(await chain.authenticate("a")).toBe(ada);
  expect(await chain.authenticate("b")).toBe(eve);
  expect(await chain.authenticate("c")).toBeUndefined();
  expect(await chain.authenticate("")).toBeUndefined();
});
