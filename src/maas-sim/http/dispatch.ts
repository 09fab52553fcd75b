import type { Authenticator } from "../auth/authenticate.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { createWriteWatch } from "../ledger/write-watch.ts";
import type { Sim } from "../sim.ts";
import { API } from "../views/network-view.ts";
import { ApiError, badRequest, invalidFields, unauthorized } from "./api-error.ts";
import { type BodyFields, parseBody, parseUrlEncoded } from "./body-fields.ts";
import { createForm, type FieldValues } from "./form.ts";
import { type Reply, text } from "./reply.ts";
import type { Action, Resource } from "./resource.ts";
import type { Router } from "./router.ts";

/** A request as it came off the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path without the query, still percent-encoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: Buffer;
}

/** Answers API requests; refusals come back as replies, only faults of the simulator itself are thrown. */
export type Dispatch = (request: WireRequest) => Reply;

/** Puts routing, authentication, parameter checks and the ledger in front of the resources. */
export function createDispatch(sim: Sim, router: Router, authenticator: Authenticator, ledger: Ledger): Dispatch {
  const answer = (request: WireRequest): Reply => {
    const match = request.path.startsWith(`${API}/`) ? router(request.path.slice(API.length + 1)) : undefined;
    if (match === undefined) return text(`Unknown API endpoint: ${request.path}.`, 404);
    const { resource, args } = match;
    authorize(authenticator, resource, request);
    const allowed = new Set<string>(resource.actions.map((action) => action.method));
    if (!allowed.has(request.method)) return text("", 405, { allow: [...allowed].join(", ") });
    const given = parameters(request);
    const action = resource.actions.find(({ method, op }) => method === request.method && op === given.op);
    if (action === undefined) throw unrecognised(request.method, given.op);
    refuseUnknown(sim, action, given);
    const { method, path } = request;
    const watch = createWriteWatch(ledger, { by: "api", method, path: decodeURI(path), op: given.op });
    const reply = action.run({
      sim,
      method,
      form: createForm(given.fields),
      files: given.files,
      arg: (name) => args.get(name) ?? "",
      writes: watch.announce,
    });
    watch.commit();
    return reply;
  };
  return (request) => {
    try {
      return answer(request);
    } catch (error) {
      if (error instanceof ApiError) return error.reply;
      throw error;
    }
  };
}

function authorize(authenticator: Authenticator, resource: Resource, request: WireRequest): void {
  if (resource.anonymous === "open") return;
  if (authenticator.authenticate(request.authorization) === "user") return;
  if (resource.anonymous === "hidden" && (request.method === "GET" || request.method === "POST")) {
    throw unrecognised(request.method, createForm(parseUrlEncoded(request.query)).text("op") ?? null);
  }
  throw unauthorized("Forbidden");
}

function unrecognised(method: string, op: string | null): ApiError {
  return badRequest(`Unrecognised signature: method=${method} op=${op === null ? "None" : op.slice(0, 100)}`);
}

interface Parameters {
  readonly op: string | null;
  readonly fields: FieldValues;
  readonly files: ReadonlyMap<string, Buffer>;
  /** Names in the query of a request that takes its parameters from the body. */
  readonly misplaced: readonly string[];
}

function parameters(request: WireRequest): Parameters {
  const inQuery = new Map(parseUrlEncoded(request.query));
  const queryOp = inQuery.get("op")?.at(-1);
  inQuery.delete("op");
  if (request.method === "GET" || request.method === "DELETE") {
    // The real service reads no body of a DELETE, and python-libmaas sends an empty form.
    if (request.body.length > 0 && request.method !== "DELETE")
      throw badRequest(`A ${request.method} request takes no body.`);
    return { op: queryOp ?? null, fields: inQuery, files: new Map(), misplaced: [] };
  }
  const body = parseBody(request.body, request.contentType);
  const fields = new Map(body.fields);
  const op = queryOp ?? (request.method === "POST" && !body.json ? fields.get("op")?.at(-1) : undefined) ?? null;
  if (!body.json) fields.delete("op");
  return { op, fields: readable(body, op, fields), files: body.files, misplaced: [...inQuery.keys()] };
}

/** Operations read form data only: to them a JSON body is empty. */
function readable(body: BodyFields, op: string | null, fields: FieldValues): FieldValues {
  return body.json && op !== null ? new Map() : fields;
}

function refuseUnknown(sim: Sim, action: Action, given: Parameters): void {
  const unknown = [...given.fields.keys(), ...(action.acceptsFiles ? [] : given.files.keys())].filter(
    (name) => !action.accepts.includes(name) && !action.acceptsOther?.(name, sim),
  );
  const messages: [string, string[]][] = unknown.map((name) => [name, ["Unknown parameter."]]);
  for (const name of given.misplaced) messages.push([name, ["Unknown query parameter: send it in the body."]]);
  if (messages.length > 0) throw invalidFields(Object.fromEntries(messages));
}
