const SECRET_NAME = /passw(?:or)?d|passphrase|secret|token|credential|private_?key|api_?key|provisioner_key|^literal$/i;

/** Whether a field that no schema describes is named like one that holds a secret. */
export function speaksOfSecret(name: string): boolean {
  return SECRET_NAME.test(name);
}
