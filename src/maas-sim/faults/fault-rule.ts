/**
 * A fault script: rules in the order they are looked at. JSON, keys in snake_case, unknown keys are refused. For example, MAAS restarts at the second request to
 * commission, and cuts the connection of the first deployment after it has done the work:
 *
 * ```json
 * [
 *   { "op": "commission", "nth": 2, "restart_ms": 2000 },
 *   { "method": "POST", "path": "machines/*", "op": "deploy", "cut": "after" }
 * ]
 * ```
 */
export interface FaultRule {
  /** `GET`, `POST`, `PUT`, `DELETE`, or `write` for all but GET; absent for any. */
  readonly method?: string;
  /** Path below the API, such as `machines/abc123/`; a `*` stands for one or more characters. Absent for any. */
  readonly path?: string;
  /** Operation; empty for requests without one. Absent for any. */
  readonly op?: string;
  /** The first fitting request it happens to, from 1. Default 1. */
  readonly nth: number;
  /** How many fitting requests in a row it happens to; 0 for all from then on. Default 1. */
  readonly count: number;
  readonly fault: Fault;
}

/** What happens to a request. */
export type Fault =
  /** It is answered so, and nothing is done. */
  | { readonly kind: "answer"; readonly answer: FaultAnswer }
  /** It is answered as usual, so much later. Milliseconds. */
  | { readonly kind: "delay"; readonly ms: number }
  /** Its connection is cut, before or after the work is done. */
  | { readonly kind: "cut"; readonly when: "before" | "after" }
  /** Every connection is cut, nobody answers for so long, in milliseconds, and what MAAS knew is still there then. */
  | { readonly kind: "restart"; readonly ms: number }
  /** MAAS has lost a machine, named by its host name in the world or in MAAS; then the request is answered as usual. */
  | { readonly kind: "lose"; readonly machine: string };

/** An answer in place of MAAS's own. */
export interface FaultAnswer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  /** Seconds of Retry-After; absent for none. */
  readonly retryAfter?: number;
}

const HTML = "text/html; charset=utf-8";
const TEXT = "text/plain; charset=utf-8";

/** Answers a real MAAS, or a proxy before it, is known to give, by name. */
export const NAMED_ANSWERS: Readonly<Record<string, FaultAnswer>> = {
  "conflict-page": {
    status: 409,
    contentType: HTML,
    retryAfter: 5,
    body: "<html><head><title>Conflict Error</title></head><body><h1>Conflict Error</h1><p>The server was unable to complete the request.</p></body></html>\n",
  },
  "no-rack": {
    status: 503,
    contentType: TEXT,
    retryAfter: 10,
    body: "Unable to connect to any rack controller rack01; no connections available.",
  },
  "rpc-timeout": { status: 504, contentType: TEXT, body: "Timed out waiting for the rack controller to answer." },
  "addresses-exhausted": { status: 503, contentType: TEXT, body: "No more IPs available in subnet: 10.20.0.0/24." },
  "address-taken": { status: 404, contentType: TEXT, body: "IP address is already in use." },
  "bmc-unreachable": { status: 500, contentType: TEXT, body: "BMC unreachable: 10.99.0.1" },
  "proxy-page": {
    status: 502,
    contentType: HTML,
    body: "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>\n",
  },
  forbidden: { status: 403, contentType: TEXT, body: "" },
};
