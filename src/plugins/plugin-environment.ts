/** What a plugin may know of the core's environment: where programs, certificates and scratch space are, and no more. */
const PASSED_ON = [
  ...["PATH", "HOME", "TMPDIR", "TZ", "LANG", "LC_ALL"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "NODE_COMPILE_CACHE", "NODE_V8_COVERAGE"],
];

/**
 * The whole environment of a plugin: its socket, the descriptor whose end of file means the core is gone, and a closed
 * list of the core's own variables. Nothing that could hold a secret is passed on.
 */
export function pluginEnvironment(
  socket: string,
  extra: Readonly<Record<string, string>> = {},
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = own[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(passed),
    ...extra,
    BEDPLATE_PLUGIN_SOCKET: socket,
    BEDPLATE_PLUGIN_PARENT_FD: "0",
  };
}
