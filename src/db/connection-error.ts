const CODES: ReadonlyArray<readonly [words: RegExp, code: string]> = [
  [/^Connection terminated due to connection timeout|^timeout expired$/, "CONNECT_TIMEOUT"],
  [/^Connection terminated|^Client (has encountered a connection error|was closed)/, "CONNECTION_CLOSED"],
];

/** The same error of the PostgreSQL client, with a code where a connection that was lost has left it without one. */
export function withCode(error: unknown): unknown {
  if (!(error instanceof Error) || "code" in error) return error;
  const code = CODES.find(([words]) => words.test(error.message))?.[1];
  return code === undefined ? error : Object.assign(error, { code });
}

/** That a connection is no more to be had. */
export function connectionEnded(message: string): Error {
  return Object.assign(new Error(message), { code: "CONNECTION_ENDED" });
}
