import { type Reply, text } from "./reply.ts";

/** A refusal, thrown from anywhere below a handler; the server sends `reply` and changes nothing else. */
export class ApiError extends Error {
  readonly reply: Reply;

  constructor(reply: Reply) {
    super(`${reply.status} ${typeof reply.body === "string" ? reply.body : "(binary)"}`);
    this.name = "ApiError";
    this.reply = reply;
  }
}

/** Messages per field; `__all__` is the form as a whole. */
export type FieldMessages = Readonly<Record<string, readonly string[]>>;

/** 400 with the JSON object `{field: [messages]}` of a form that does not validate. */
export function invalidFields(messages: FieldMessages): ApiError {
  return new ApiError({
    status: 400,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(messages),
  });
}

/** 400 as plain text: unknown operations and the few refusals that are not about a field. */
export function badRequest(message: string): ApiError {
  return new ApiError(text(message, 400));
}

/** 401 as plain text, with the challenge header. */
export function unauthorized(message: string): ApiError {
  return new ApiError(text(message, 401, { "www-authenticate": 'OAuth realm="OAuth"' }));
}

/** 403 as plain text; the real service often leaves the body empty. */
export function forbidden(message = ""): ApiError {
  return new ApiError(text(message, 403));
}

/** 404 for a missing object of a model, such as `Machine`. */
export function noSuch(model: string): ApiError {
  return new ApiError(text(`No ${model} matches the given query.`, 404));
}

/** 404 as plain text, for the refusals that use this status without meaning a missing object. */
export function notFound(message: string): ApiError {
  return new ApiError(text(message, 404));
}

/** 409 as plain text: the object is in the wrong state. */
export function conflict(message: string): ApiError {
  return new ApiError(text(message, 409));
}

/** 409 as an HTML page: the answer to a database conflict that the server could not retry away. */
export function databaseConflict(): ApiError {
  return new ApiError({
    status: 409,
    headers: { "content-type": "text/html; charset=utf-8", "retry-after": "5" },
    body: "<html><head><title>Conflict Error</title></head><body><h1>Conflict Error</h1></body></html>\n",
  });
}

/** 500 as plain text: a power action that failed, and the input faults the real service does not catch. */
export function serverError(message: string): ApiError {
  return new ApiError(text(message, 500));
}

/** 503 as plain text: addresses of a subnet are exhausted. */
export function unavailable(message: string): ApiError {
  return new ApiError(text(message, 503));
}
