/** A JSON Schema, draft-07, as it is written to a file. */
export interface JsonSchema {
  readonly [keyword: string]: JsonSchemaValue;
}

/** What a keyword holds. */
export type JsonSchemaValue = string | number | boolean | null | JsonSchema | readonly JsonSchemaValue[];
