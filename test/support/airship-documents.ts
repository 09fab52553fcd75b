import { readDesignFiles } from "../../src/consumers/read-design-files.ts";
import type { Diagnostic } from "../../src/design/diagnostic.ts";

/** A document of the Deckhand form, in few words. */
export interface ShortDocument {
  readonly name: string;
  /** By default a kind of ours whose fields are kept as they are written. */
  readonly schema?: string;
  readonly layer?: string;
  readonly abstract?: boolean;
  readonly labels?: Readonly<Record<string, unknown>>;
  readonly sel?: Readonly<Record<string, unknown>>;
  /** Each as "method path". */
  readonly actions?: readonly string[];
  readonly replacement?: boolean;
  readonly subs?: readonly object[];
  readonly storagePolicy?: string;
  readonly data?: unknown;
}

/** The schema of short documents that name none. */
export const shortSchema = "drydock/BootAction/v1";

/** The policy of sites with the layers global, type and site. */
export const policyDocument: object = {
  schema: "deckhand/LayeringPolicy/v1",
  metadata: { schema: "metadata/Control/v1", name: "policy" },
  data: { layerOrder: ["global", "type", "site"] },
};

/** The whole of a short document. A substitution's source is `s` of the same schema unless it says otherwise. */
export function wholeDocument(short: ShortDocument): object {
  const { name, schema = shortSchema, layer = "site", abstract, labels, sel, actions, replacement, subs, data } = short;
  const [method, path] = [
    (action: string) => action.split(" ")[0],
    (action: string) => action.split(" ").slice(1).join(" "),
  ];
  return {
    schema,
    metadata: {
      schema: "metadata/Document/v1",
      name,
      storagePolicy: short.storagePolicy ?? "cleartext",
      ...(labels && { labels }),
      layeringDefinition: {
        layer,
        ...(abstract !== undefined && { abstract }),
        ...(sel && {
          parentSelector: sel,
          actions: (actions ?? ["merge ."]).map((each) => ({ method: method(each), path: path(each) })),
        }),
      },
      ...(replacement !== undefined && { replacement }),
      ...(subs && {
        substitutions: subs.map((each) => {
          const { dest, ...src } = each as { dest: unknown };
          return { src: { schema: shortSchema, name: "s", ...src }, dest };
        }),
      }),
    },
    ...(data !== undefined && { data }),
  };
}

/** Documents as the text of one file, a line for each and one between. */
export function textOfDocuments(documents: readonly object[]): string {
  return documents.map((document) => `---\n${JSON.stringify(document)}\n`).join("");
}

/** What comes of a site: the fields of its items by name, and everything found. */
export interface RenderedShort {
  readonly result: Readonly<Record<string, unknown>>;
  readonly diagnostics: readonly Diagnostic[];
  /** The rules of all errors. */
  readonly errors: readonly string[];
  /** Each finding as "severity rule". */
  readonly found: readonly string[];
}

/** Reads short documents, with a policy unless told otherwise. */
export function renderShort(
  documents: readonly ShortDocument[],
  extra: readonly object[] = [policyDocument],
): RenderedShort {
  return renderText(textOfDocuments([...extra, ...documents.map(wholeDocument)]));
}

/** Reads one file. */
export function renderText(text: string): RenderedShort {
  const { documents, diagnostics } = readDesignFiles([{ uri: "site.yaml", text }]);
  return {
    result: Object.fromEntries(documents.map(({ name, spec }) => [name, JSON.parse(JSON.stringify(spec))])),
    diagnostics,
    errors: diagnostics.filter(({ severity }) => severity === "error").map(({ rule }) => rule),
    found: diagnostics.map(({ severity, rule }) => `${severity} ${rule}`),
  };
}
