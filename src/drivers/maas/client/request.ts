/** One field of a form; lists repeat the name. */
export type FormField = readonly [name: string, value: string];

/** A request that changes something in MAAS, as data: planning makes it, the writer sends it. */
export interface MaasWrite {
  readonly method: "POST" | "PUT" | "DELETE";
  /** Path below the API's base, such as "fabrics/". */
  readonly path: string;
  /** Operation, such as "deploy". */
  readonly op?: string;
  readonly form?: readonly FormField[];
}

/** A request that changes nothing. */
export interface MaasRead {
  readonly path: string;
  readonly op?: string;
  readonly query?: readonly FormField[];
  /** Largest answer taken, in bytes; 16 MiB when absent. */
  readonly maxBytes?: number;
}

/** What MAAS answered. */
export interface MaasAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Seconds of the header Retry-After, when there was one. */
  readonly retryAfterSeconds: number | undefined;
  /** Where a redirect leads; empty or absent for none. */
  readonly location?: string;
  readonly body: Buffer;
}
