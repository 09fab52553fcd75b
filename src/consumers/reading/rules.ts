/** The rules of the consumers: what is wrong with a document of any form before the engine reads it. */
export const CONSUMER_RULES = {
  "foreign-document": "A document of another tool is left alone",
  "ignored-field": "What a form allows and Bedplate has no use for is told",
  "invalid-name": "A name has letters, digits, '.', '_' and '-', a letter or digit at both ends",
  "missing-field": "A partition is on a disk",
  "missing-kind": "A document has a kind",
  "missing-name": "An item has a name",
  "moved-partition": "A partition stays on the disk it is inherited on",
  "name-in-spec": "The name stands in the metadata, and only there",
  "other-region": "A document names the region it belongs to",
  "split-route": "A route is one member of its list",
  "unknown-field": "The top of a document and its metadata hold fields that are known",
  "unknown-form": "A document is of a form this consumer reads",
  "unknown-kind": "The kind of a document is known",
  "unknown-version": "The version of a document is known",
  "unsupported-form": "A document is of a form that is read",
  "wrong-bus": "An address is on the bus its alias is listed under",
  "wrong-type": "A value is of the sort that belongs there",
} as const;

/** Id of a rule of the consumers. */
export type ConsumerRule = keyof typeof CONSUMER_RULES;
