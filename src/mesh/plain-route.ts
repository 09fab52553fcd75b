import { Code } from "@connectrpc/connect";
import { asHttp1, type NodeRequest, type NodeResponse } from "./node-exchange.ts";

/** A plain HTTP request to an exact path, without a body. */
export type PlainRequest = {
  readonly method: "GET" | "HEAD";
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Remote address. */
  readonly peer: string;
  /** Fires when the caller has gone, or after 60 s. */
  readonly signal: AbortSignal;
};

/** The answer to a plain HTTP request, at most 4 MiB. */
export type PlainResponse = {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A path that isn't an RPC, such as `/metrics`. Whatever it needs of credentials it checks itself. */
export type PlainRoute = {
  readonly path: string;
  handle(request: PlainRequest): Promise<PlainResponse>;
};

/** Answers in one go. HEAD gets the headers alone. */
export function sendPlain(request: NodeRequest, response: NodeResponse, answer: PlainResponse): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  asHttp1(response).writeHead(answer.status, {
    ...answer.headers,
    "content-type": answer.contentType,
    "content-length": String(body.length),
    "x-content-type-options": "nosniff",
  });
  if (request.method === "HEAD") response.end();
  else asHttp1(response).end(body);
}

/** A refusal as JSON in the form of Connect's errors: `{"code": "not_found", "message": "…"}`. */
export function refusal(status: number, code: string, message: string): PlainResponse {
  return { status, contentType: "application/json", body: `${JSON.stringify({ code, message })}\n` };
}

/** "There is no such RPC or page", as the caller's protocol says it. */
export function sendNotFound(request: NodeRequest, response: NodeResponse, path: string): void {
  const shown = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  const contentType = String(request.headers["content-type"] ?? "");
  const isRpc =
    /^application\/(grpc|proto|connect\+)/.test(contentType) ||
    (request.method === "POST" && contentType.startsWith("application/json"));
  const message = `nothing answers at ${shown} here; ask for the services by server reflection`;
  if (!contentType.startsWith("application/grpc")) {
    sendPlain(request, response, refusal(404, isRpc ? "unimplemented" : "not_found", message));
    return;
  }
  asHttp1(response).writeHead(200, {
    "content-type": contentType,
    "grpc-status": String(Code.Unimplemented),
    "grpc-message": encodeURIComponent(message),
  });
  response.end();
}
