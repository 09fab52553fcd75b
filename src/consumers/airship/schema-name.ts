/** The parts of a document's schema, such as `drydock/Network/v1`. */
export interface SchemaName {
  readonly namespace: string;
  readonly kind: string;
  readonly version: string;
}

const pattern = /^([A-Za-z]+)\/([A-Za-z]+)\/(v[0-9]+)$/;

/** The parts of a schema: letters only in the first two, digits behind `v` in the third. Undefined for any other text. */
export function parseSchemaName(text: string): SchemaName | undefined {
  const [, namespace, kind, version] = pattern.exec(text) ?? [];
  if (namespace === undefined || kind === undefined || version === undefined) return undefined;
  return { namespace, kind, version };
}

/** The namespace of the kinds that are read. */
export const ourNamespace = "drydock";

/** Schemas that direct how others are read, and are no items of anybody. */
export const policySchema = "deckhand/LayeringPolicy/v1";
/** Describes the data of another schema. */
export const dataSchemaSchema = "deckhand/DataSchema/v1";
/** Names the type of a site. */
export const siteDefinitionSchema = "pegleg/SiteDefinition/v1";

/** Whether documents of a schema only direct how others are read. */
export function isControl(schema: string): boolean {
  return [policySchema, dataSchemaSchema, siteDefinitionSchema, "deckhand/ValidationPolicy/v1"].includes(schema);
}

const secretKinds: readonly string[] = ["Passphrase", "CertificateKey", "CertificateAuthorityKey", "PrivateKey"];

/** Whether documents of a schema hold what nobody may see. Certificates and public keys are shown to everybody by their nature. */
export function holdsSecret(schema: string): boolean {
  return secretKinds.some((kind) => schema === `deckhand/${kind}/v1`);
}
