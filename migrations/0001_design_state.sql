CREATE TABLE "bedplate"."address_allocation" (
	"design" text collate "C" NOT NULL,
	"request_id" text NOT NULL,
	"layer" text collate "C" NOT NULL,
	"network" text collate "C" NOT NULL,
	"node" text collate "C" NOT NULL,
	"address" text NOT NULL,
	"revision" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "address_allocation_design_request_id_pk" PRIMARY KEY("design","request_id")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."design_event" (
	"design" text collate "C" NOT NULL,
	"first_sequence" bigint NOT NULL,
	"last_sequence" bigint NOT NULL,
	"type" text NOT NULL,
	"revision" bigint NOT NULL,
	"body" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "design_event_design_last_sequence_pk" PRIMARY KEY("design","last_sequence")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."revision_tag" (
	"design" text collate "C" NOT NULL,
	"tag" text collate "C" NOT NULL,
	"revision" bigint NOT NULL,
	"author" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "revision_tag_design_tag_pk" PRIMARY KEY("design","tag")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."source_state" (
	"name" text collate "C" PRIMARY KEY NOT NULL,
	"design" text collate "C" NOT NULL,
	"position" text NOT NULL,
	"revision" bigint NOT NULL,
	"error" text NOT NULL,
	"holder" text NOT NULL,
	"held_until" timestamp with time zone,
	"checked_at" timestamp with time zone,
	"committed_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "bedplate"."evaluation_state" (
	"design" text collate "C" PRIMARY KEY NOT NULL,
	"revision" bigint NOT NULL,
	"resolver_version" text NOT NULL,
	"plain" boolean NOT NULL,
	"reason" text NOT NULL,
	"rule_steps" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bedplate"."fact" (
	"design" text collate "C" NOT NULL,
	"rule" text collate "C" NOT NULL,
	"key_id" text collate "C" NOT NULL,
	"long_key" text,
	"kind" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"ordinal" integer NOT NULL,
	"field" text NOT NULL,
	"role" text,
	CONSTRAINT "fact_design_rule_key_id_kind_name_ordinal_pk" PRIMARY KEY("design","rule","key_id","kind","name","ordinal")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."finding" (
	"design" text collate "C" NOT NULL,
	"unit" text collate "C" NOT NULL,
	"ordinal" integer NOT NULL,
	"merge_key" text NOT NULL,
	"subject" text collate "C" NOT NULL,
	"rule" text NOT NULL,
	"body" jsonb NOT NULL,
	CONSTRAINT "finding_design_unit_ordinal_pk" PRIMARY KEY("design","unit","ordinal")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."group_trace" (
	"design" text collate "C" NOT NULL,
	"rule" text collate "C" NOT NULL,
	"key_id" text collate "C" NOT NULL,
	"looks" text[] NOT NULL,
	CONSTRAINT "group_trace_design_rule_key_id_pk" PRIMARY KEY("design","rule","key_id")
);
--> statement-breakpoint
CREATE TABLE "bedplate"."item_trace" (
	"design" text collate "C" NOT NULL,
	"kind" text collate "C" NOT NULL,
	"name" text collate "C" NOT NULL,
	"inputs" text[] NOT NULL,
	"looks" text[] NOT NULL,
	"whole" boolean NOT NULL,
	CONSTRAINT "item_trace_design_kind_name_pk" PRIMARY KEY("design","kind","name")
);
--> statement-breakpoint
ALTER TABLE "bedplate"."change" ADD COLUMN "metadata" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."change" ADD COLUMN "source" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."change" ADD COLUMN "fingerprint" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."layer" ADD COLUMN "source" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."revision" ADD COLUMN "metadata" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "bedplate"."node_status" ADD COLUMN "deployed_revision" bigint;--> statement-breakpoint
CREATE INDEX "address_allocation_created" ON "bedplate"."address_allocation" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "design_event_at" ON "bedplate"."design_event" USING btree ("at");--> statement-breakpoint
CREATE INDEX "revision_tag_revision" ON "bedplate"."revision_tag" USING btree ("design","revision");--> statement-breakpoint
CREATE INDEX "fact_item" ON "bedplate"."fact" USING btree ("design","kind","name");--> statement-breakpoint
CREATE INDEX "finding_merge_key" ON "bedplate"."finding" USING btree ("design","merge_key");--> statement-breakpoint
CREATE INDEX "finding_rule" ON "bedplate"."finding" USING btree ("design","rule");--> statement-breakpoint
CREATE INDEX "group_trace_looks" ON "bedplate"."group_trace" USING gin ("looks") WITH (fastupdate=false);--> statement-breakpoint
CREATE INDEX "item_trace_inputs" ON "bedplate"."item_trace" USING gin ("inputs") WITH (fastupdate=false);--> statement-breakpoint
CREATE INDEX "item_trace_looks" ON "bedplate"."item_trace" USING gin ("looks") WITH (fastupdate=false);--> statement-breakpoint
CREATE INDEX "revision_created" ON "bedplate"."revision" USING btree ("design","created_at");--> statement-breakpoint
CREATE INDEX "document_from" ON "bedplate"."document" USING btree ("design","from_revision");--> statement-breakpoint
CREATE INDEX "document_to" ON "bedplate"."document" USING btree ("design","to_revision") WHERE "bedplate"."document"."to_revision" is not null;--> statement-breakpoint
CREATE INDEX "effective_item_from" ON "bedplate"."effective_item" USING btree ("design","from_revision");--> statement-breakpoint
CREATE INDEX "effective_item_to" ON "bedplate"."effective_item" USING btree ("design","to_revision") WHERE "bedplate"."effective_item"."to_revision" is not null;--> statement-breakpoint
CREATE INDEX "effective_item_metadata" ON "bedplate"."effective_item" USING gin (("tree" -> 'metadata') jsonb_path_ops) WHERE "bedplate"."effective_item"."to_revision" is null;