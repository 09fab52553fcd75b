import type { RuleText } from "../../design/rule-text.ts";

/** The rules of documents that are layered and substituted into before the engine reads them. */
export const LAYERING_RULES = {
  "data-schema": {
    severity: "error",
    summary: "The data of a document are as the site's own DataSchema says",
    why: "A `deckhand/DataSchema/v1` document of the site describes the data of this kind, and Deckhand refuses what doesn't fit it. Correct the value, or the schema where it is out of date.",
  },
  "deckhand-differs": {
    severity: "warning",
    summary: "What Deckhand reads in another way is told",
    why: "Bedplate reads what is written; Deckhand's engine does something else here, known from running it. Rendered by both, the site would come out differently. Write it so that both agree; the hint says how.",
  },
  "duplicate-document": {
    severity: "error",
    summary: "A document is given once in each layer",
    why: "Two documents of one schema, name and layer say different things of one item, and which of them counts would depend on the order of files. Remove one of them, or give it another name.",
  },
  "duplicate-layering-policy": {
    severity: "warning",
    summary: "A site has one layering policy",
    why: "The policy says which layer overrides which. Of several the first counts, as in Deckhand, and which that is depends on the order of files. Keep one.",
  },
  "encryption-source-not-found": {
    severity: "error",
    summary: "What is substituted from an encrypted document is its text",
    why: "Deckhand keeps the text of encrypted documents elsewhere, and exports a reference to it in its place. Nobody can follow that reference offline, and it would become the value. Give the document with its text, or write a reference of our own, such as `ref: file:NAME`, in the field.",
  },
  "indeterminate-document-parent": {
    severity: "error",
    summary: "A parent selector finds one parent in a layer",
    why: "A document inherits from the one document its labels find in the nearest layer. With two of them in one layer, be it a farther one, nobody can tell which is meant. Select by a label that only the parent carries.",
  },
  "invalid-data-schema": {
    severity: "error",
    summary: "A DataSchema holds a JSON Schema",
    why: "Data can't be held against a schema that is none, so documents it describes go unchecked. Correct the schema; it is JSON Schema, draft 4.",
  },
  "invalid-document-layer": {
    severity: "error",
    summary: "A document is in a layer of the layering policy",
    why: "Layers are ordered by the policy; of a layer it doesn't list nobody can tell what it overrides. Correct `layeringDefinition.layer`, or add the layer to `layerOrder`.",
  },
  "invalid-document-parent": {
    severity: "error",
    summary: "A parent selector finds only documents of its own schema in more general layers",
    why: "One label on documents of two kinds, or on a parent and its children, makes a selector find what can't be a parent, even where a perfect parent exists as well. Sites give each kind label keys of its own.",
  },
  "invalid-document-replacement": {
    severity: "error",
    summary: "A replacement takes the place of a parent of its own name",
    why: "`replacement: true` puts a document in the place of its parent everywhere. It needs a parent of the same schema and name in a more general layer that is no replacement itself; and two documents of one name where none replaces the other can't both come out.",
  },
  "invalid-envelope": {
    severity: "error",
    summary: "The metadata of a document are as Deckhand takes them",
    why: "Deckhand refuses a document whose metadata lack something or hold what they may not, and with it the whole site. The message says what was found and what belongs there.",
  },
  "invalid-layering-policy": {
    severity: "error",
    summary: "A layering policy lists the layers",
    why: "`data.layerOrder` names the layers from the most general to the most specific, each once. Without it nothing can be layered, and documents are taken as they are written.",
  },
  "invalid-path": {
    severity: "error",
    summary: "A path leads into the data of a document",
    why: "Actions and substitutions name values by paths such as `.a.b[0]`. One that can't be read, or that leads through a single value, changes nothing, and what was meant would be lost.",
  },
  "invalid-schema": {
    severity: "error",
    summary: "The schema of a document is a namespace, a kind and a version",
    why: "By its schema a document is known to be ours. With a slip in it the document would be passed over as another tool's, and what it declares would be missing.",
  },
  "layering-policy-not-found": {
    severity: "error",
    summary: "Documents that are not rendered have a layering policy",
    why: "Abstract documents, one name in several layers, and values still to be substituted show that documents are as their authors wrote them. To render them the order of their layers must be known. Add the site's `deckhand/LayeringPolicy/v1`, or give the rendered documents.",
  },
  "missing-document-key": {
    severity: "error",
    summary: "An action finds the value it is about",
    why: "`merge` and `replace` take the document's own value at a path, `delete` removes the one that is inherited. Where there is none the action can't be done, and Deckhand refuses the site.",
  },
  "no-parent": {
    severity: "warning",
    summary: "A parent selector finds a parent",
    why: "Where no document has the labels, Deckhand leaves the child as it is written, without a word, and runs none of its actions. Most often a label has a slip in it, or the parent's directory isn't read.",
  },
  "other-site-type": {
    severity: "info",
    summary: "Documents for sites of another type are left out",
    why: "A tree of sites has a directory for each type of site, and `pegleg/SiteDefinition/v1` names the type of this one. The documents of the others are not for this site.",
  },
  "pattern-without-match": {
    severity: "warning",
    summary: "The pattern of a substitution matches the source",
    why: "Where the pattern matches nothing, Deckhand takes the whole value, and says so only in its log. Correct the pattern, or remove it if the whole value is meant.",
  },
  "rendered-limit": {
    severity: "error",
    summary: "Rendered documents are of bounded size",
    why: "Values can be substituted into what is substituted again, so that a few lines become more than any memory holds. A document has at most 100,000 values once rendered, all rendered documents together 4,000,000, and a text 1,048,576 characters. The patterns of a site may search as much as takes some seconds.",
  },
  "secret-shown": {
    severity: "warning",
    summary: "A secret is substituted into a field for secrets",
    why: "The field it was put in is shown by commands, stored in clear and sent to whoever may read the design. Where a field holds a number, a name or a text of a certain form, the secret is left out, so that no finding repeats it, and that is an error. Substitute it into a field that is kept secret, such as `oob.credential`.",
  },
  "substitution-dependency-cycle": {
    severity: "error",
    summary: "Documents don't need each other in a circle",
    why: "A document is rendered after its parent and after every document it takes values from. In a circle none can be the first. Take the value from a document that needs none of these.",
  },
  "substitution-source-data-not-found": {
    severity: "error",
    summary: "A substitution finds a value in its source",
    why: "The source exists, and has nothing at that path, or null. Correct the path, or add the value to the source.",
  },
  "substitution-source-not-found": {
    severity: "error",
    summary: "A substitution finds its source",
    why: "The value is taken from a document that isn't here, or that is abstract, which none can take from. Add the document, or correct schema and name. Generated secrets often aren't in the directories that are read.",
  },
  "unknown-substitution-error": {
    severity: "error",
    summary: "A substitution can be done",
    why: "A pattern that is none or searches what is no text, a group it doesn't have, a path through a single value: what was to be put in place isn't, and the value would be missing or left as it was.",
  },
  "unsupported-action-method": {
    severity: "error",
    summary: "The method of an action is merge, replace or delete",
    why: "No other method is known. Correct it; the hint names the nearest.",
  },
} as const satisfies Readonly<Record<string, RuleText>>;
