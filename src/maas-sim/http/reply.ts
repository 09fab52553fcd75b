/** What a handler answers: everything of an HTTP response that matters, so handlers never touch the socket. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A JSON answer, pretty-printed with four spaces as the real region controller does. */
export function json(value: unknown, status = 200): Reply {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify(value, null, 4),
  };
}

/** A plain text answer, the form of most failures and of a few successes. */
export function text(body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers }, body };
}

/** The answer of a successful DELETE: 204 without a body. */
export function noContent(): Reply {
  return { status: 204, headers: {}, body: "" };
}
