/** What a node needs to load its own data. */
export interface IntrospectionAccess {
  readonly url: string;
  readonly token: string;
  readonly node: string;
}

/** Cloud-init user data that leaves a node's access in a file only its root reads. JSON is YAML, so no text can break out of it. */
export function userData(access: IntrospectionAccess): string {
  const file = {
    path: "/etc/bedplate/introspection.json",
    permissions: "0600",
    owner: "root:root",
    content: JSON.stringify({ url: access.url, token: access.token, node: access.node }),
  };
  return `#cloud-config\n${JSON.stringify({ write_files: [file] }, undefined, 2)}\n`;
}
