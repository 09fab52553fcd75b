import type { YamlMap, YamlNode } from "../../yaml/node.ts";
import { quoteText } from "../../yaml/quote-text.ts";
import { textOf, valueAt } from "../reading/map-draft.ts";
import type { Problems } from "../reading/problems.ts";
import { isForeignVersion } from "./version.ts";

/** Kinds of Kubernetes' first API group, whose version is that of these forms, too; those that are also kinds of these forms are taken for them. */
const kubernetesKinds: ReadonlySet<string> = new Set([
  ...["Binding", "ComponentStatus", "ConfigMap", "Endpoints", "Event", "LimitRange", "List", "Namespace"],
  ...["PersistentVolume", "PersistentVolumeClaim", "Pod", "PodTemplate", "ReplicationController", "ResourceQuota"],
  ...["Secret", "Service", "ServiceAccount"],
]);

/** Whether a document is of another tool, which is told. */
export function isForeign(document: YamlMap, problems: Problems | undefined): boolean {
  const version = valueAt(document, "apiVersion");
  const text = textOf(version);
  if (version === undefined || text === undefined) return false;
  const kind = valueAt(document, "kind");
  const kindText = textOf(kind);
  if (isForeignVersion(text)) tell(`apiVersion ${quoteText(text)}`, version, problems);
  else if (text === "v1" && kind !== undefined && kindText !== undefined && kubernetesKinds.has(kindText))
    tell(`kind ${quoteText(kindText)} of Kubernetes`, kind, problems);
  else return false;
  return true;
}

function tell(what: string, { position }: YamlNode, problems: Problems | undefined): void {
  problems?.add({
    rule: "foreign-document",
    severity: "info",
    message: `found a document of ${what}, which is left alone`,
    hint: "nothing needs to be done",
    at: position,
  });
}
